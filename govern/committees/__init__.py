"""Committees (Gremien), their seats and who holds them.

A committee hangs in one tree under dated parents; bodies outside KIM are kept beside it as network. A seat is an
organisation plus a function, in groups and order, and stays when persons change; a mandate puts a person on a seat from
a day to a day, as holder or deputy. Nothing is overwritten: names, parents, seats and mandates are dated rows, so every
list can be read „as of" a day. Rights of members follow from mandates of today (`queries.standing_of`).
"""
