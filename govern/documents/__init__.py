"""Documents that outlive a single meeting.

A filed document (rules of procedure, form, agreement) is kept as it came; a newer one is filed beside it. A concept is
kept here itself: a tree of sections in versions, of which one can say at any time which is in force and who adopted it.
Both are filed under committees and may be read by whoever may read one of them.
"""
