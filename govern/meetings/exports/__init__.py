"""Meetings as files: DOCX, PDF, calendar. Objects in, bytes out; no database, no request."""
