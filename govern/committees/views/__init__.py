"""Pages of committees: one module per noun, each with its blueprint."""
