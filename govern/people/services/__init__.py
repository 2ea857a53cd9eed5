"""Change organisations, persons, accounts and sessions. Services flush, the request commits."""
