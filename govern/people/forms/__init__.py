"""What a browser may send to the pages of accounts, organisations and persons."""
