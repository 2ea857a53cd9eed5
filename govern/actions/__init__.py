"""Work orders (Arbeitsaufträge): what a committee asks somebody to do, and what became of it.

A work order is born at an agenda item, often from a resolution, and is addressed to an organisation, a seat or a
committee. It stays a draft until the meeting is closed, then it is issued and stays open until done or withdrawn.
The addressee reports progress; reports are kept as dated notes. It always shows its meeting, item and resolution.
"""
