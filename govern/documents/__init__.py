"""Documents of committees: rules of procedure, agreements, forms and other files that outlive a single meeting.

A document is filed under one or several committees and may be read by whoever may read one of them. Its text or file
is kept as it was filed; a newer one is filed beside it. Versioned concept documents (Fortschreibung) build on this.
"""
