"""Change committees and what belongs to them. Services flush, the request commits."""
