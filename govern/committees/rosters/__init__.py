"""The office's own table of persons, contact data and mandates (Personentabelle): template, reading, import.

`columns` lists the columns, `sheets` turns XLSX or CSV into cells without evaluating anything, `lines` turns cells
into lines or faults that name their cell, `importing` brings the lines into the database, `templates` writes the
table to fill in.
"""
