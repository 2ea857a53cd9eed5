"""Read documents and concepts. Nothing here changes anything."""
