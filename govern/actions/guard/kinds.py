"""What the guard can find, and how it says so."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class FindingKind(StrEnum):
    """Kinds of client data."""

    NAME = "name"
    BIRTH_DATE = "birth_date"
    AZR_NUMBER = "azr_number"
    FILE_NUMBER = "file_number"
    BAMF_NUMBER = "bamf_number"
    BENEFIT_NUMBER = "benefit_number"
    SOCIAL_SECURITY_NUMBER = "social_security_number"
    ID_DOCUMENT = "id_document"
    PHONE = "phone"
    MAIL = "mail"
    IBAN = "iban"
    ADDRESS = "address"
    SINGLED_OUT = "singled_out"

    @property
    def label(self) -> str:
        return {
            "name": "Name eines Menschen",
            "birth_date": "Geburtsdatum",
            "azr_number": "AZR-Nummer",
            "file_number": "Aktenzeichen",
            "bamf_number": "Nummer des Asylverfahrens",
            "benefit_number": "Nummer einer Bedarfsgemeinschaft",
            "social_security_number": "Versicherungsnummer",
            "id_document": "Nummer eines Ausweises",
            "phone": "Telefonnummer",
            "mail": "E-Mail-Adresse",
            "iban": "Kontonummer",
            "address": "Anschrift",
            "singled_out": "Angaben, die zusammen einen Menschen erkennbar machen",
        }[self.value]


FORMAL_KINDS = tuple(kind for kind in FindingKind if kind not in (FindingKind.NAME, FindingKind.SINGLED_OUT))
"""Kinds with a shape of their own; the guard has to find nearly all of them."""


@dataclass(frozen=True, order=True)
class Finding:
    """A passage that looks like client data."""

    start: int
    end: int
    kind: FindingKind
    text: str

    def overlaps(self, start: int, end: int) -> bool:
        """True if the passage shares a character with the one from ``start`` to ``end``."""
        return self.start < end and start < self.end
