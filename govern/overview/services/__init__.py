"""Change the settings of the body and keep what people write to it. Services flush, the request commits."""
