"""Papers of every package: the letterhead, people's Markdown in Word and as data, PDFs set by typst.

The lowest layer that writes files for people; it knows nothing of meetings or documents.
"""
