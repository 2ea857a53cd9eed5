"""The guard: finds client data in what somebody writes, before it is sent. Pure: no database, no request, no log.

It looks for formal kinds (dates of birth, numbers of registers, files and accounts, phone, mail, IBAN, addresses) by
their shape and the words around them, for names by lists of given and family names and by words that German does not
know, and for combinations that single a person out (rare origin, place and age). It warns; it never stores anything.
"""

from govern.actions.guard.finding import find
from govern.actions.guard.kinds import FORMAL_KINDS, Finding, FindingKind

__all__ = ["FORMAL_KINDS", "Finding", "FindingKind", "find"]
