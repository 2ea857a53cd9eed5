"""Read meetings and what belongs to them. Nothing here changes anything."""
