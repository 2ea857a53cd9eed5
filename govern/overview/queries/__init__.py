"""Read from all packages at once. Nothing here changes anything."""
