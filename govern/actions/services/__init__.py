"""Change work orders and what belongs to them. Services flush, the request commits."""
