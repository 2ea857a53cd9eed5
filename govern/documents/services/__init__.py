"""Change documents and concepts. Services flush, the request commits."""
