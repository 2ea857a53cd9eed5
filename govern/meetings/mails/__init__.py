"""Mails about meetings: object in, message out; no sending."""
