"""Read work orders and what belongs to them. Nothing here changes anything."""
