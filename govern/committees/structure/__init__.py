"""The structure of a body as a file: who exists, who sits where, who is above whom, in readable YAML.

`nodes` reads YAML without ever building objects, `shapes` says what a field may hold, `fields` lists every field
of the format, `entries` are the frozen results, `reading` turns bytes into a `Structure` or into every fault with
its line, `writing` turns a `Structure` back into text. Nothing in these modules knows the database; `importing`
and `exporting` do.
"""
