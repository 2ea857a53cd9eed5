"""What a browser may send to the pages of work orders."""
