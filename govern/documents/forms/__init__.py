"""What a browser may send to the pages of documents and concepts."""
