"""Concepts as files: Word, PDF, Markdown and HTML, all from the same plain data."""
