"""The overview, the search, the settings and the notices: one module per noun, each with its blueprint."""
