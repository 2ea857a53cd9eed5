"""The demo: one county with invented persons, accounts and an example year around today's date.

It sits above everything else, because it uses what people use. Nothing imports it but the command line.
"""
