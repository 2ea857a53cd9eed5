"""Pages of work orders: one module per noun, each with its blueprint."""
