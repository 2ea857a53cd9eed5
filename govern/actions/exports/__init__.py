"""Files of work orders."""
