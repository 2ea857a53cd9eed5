"""Govern: committees, meetings, resolutions and their follow-up for municipalities."""
