"""Files that committees are given out as."""
