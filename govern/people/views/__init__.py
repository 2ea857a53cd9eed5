"""Pages of accounts, organisations and persons: one module per noun, each with its blueprint."""
