"""Pages of documents and concepts: one module per noun, each with its blueprint."""
