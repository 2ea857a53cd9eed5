"""Pages of meetings: one module per noun, each with its blueprint."""
