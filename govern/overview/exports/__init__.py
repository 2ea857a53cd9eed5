"""Files made of figures."""
