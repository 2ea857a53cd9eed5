"""Reading a document from a file: Word, Markdown or plain text become a tree of sections and a report.

`reading.read_document` is the door. Each kind of file becomes `lines.Line`s, `outline` makes sections of them,
`report` collects what was unsure or could not be carried over.
"""
