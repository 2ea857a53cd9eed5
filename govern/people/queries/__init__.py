"""Read the body, its organisations, persons and accounts. Nothing here changes anything."""
