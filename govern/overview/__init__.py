"""Pages that gather from all packages: the overview `/`, the search, settings and notices, personal feeds, health.

Nothing imports this package and it owns no table of the domain.
"""
