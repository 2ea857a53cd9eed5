"""Who there is: the body (county or city), its organisations, persons and their accounts.

An organisation is an office, a municipality, a welfare association or any other institution; a municipality is an
organisation of that kind. A person works for organisations in functions and may have an account. Roles are given to
accounts, except „member", which follows from mandates (see `govern.committees`). Everything a body owns hangs on the
one `Body` row.
"""
