"""Read committees and what belongs to them. Nothing here changes anything."""
