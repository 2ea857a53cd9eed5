"""Meetings (Sitzungen): topics, agenda, papers, attendance, minutes and resolutions.

A meeting is planned from its committee, gets an agenda of numbered items (public ones 1, 2, …, confidential ones N 1,
N 2, …), is held and minuted item by item, and closed. Closing demands a result for every item, freezes composition,
attendance, votes and results and numbers the resolutions; the wording stays a draft until the minutes are released and
changes afterwards only by a visible revision. What was published or closed is never deleted, only cancelled.
"""
