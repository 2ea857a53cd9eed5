"""Mails about work orders, put into the outbox in the same transaction as what they tell."""
