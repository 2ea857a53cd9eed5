"""What a browser may send to the settings, the search and the feedback form."""
