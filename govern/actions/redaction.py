"""Redaction by marking: double square brackets around a passage black it out. Pure: no database."""

from __future__ import annotations

from govern.errors import DomainError

OPEN, CLOSE = "[[", "]]"
BLACK = "█████"
"""Of one length whatever is below it, so that nobody counts letters."""


def plain(text: str | None) -> str:
    """What an author wrote, without signs that would read as marks."""
    text = (text or "").replace("\r\n", "\n").replace("\r", "\n").strip()
    while OPEN in text or CLOSE in text:
        text = text.replace(OPEN, "[").replace(CLOSE, "]")
    return text


def marked(text: str, passages: list[tuple[int, int]]) -> str:
    """``text`` with marks around ``passages``, to start redacting from."""
    for start, end in sorted(passages, reverse=True):
        text = f"{text[:start]}{OPEN}{text[start:end]}{CLOSE}{text[end:]}"
    return text


def passages_of(marked_text: str, original: str, *, field: str) -> list[list[int]]:
    """The marked passages as [from, to] in ``original``.

    Raises DomainError when the words differ from the original: a release shortens a report, it never rewrites it.
    """
    text = marked_text.replace("\r\n", "\n").strip()
    found: list[list[int]] = []
    words = ""
    while text:
        start = text.find(OPEN)
        end = text.find(CLOSE)
        if start < 0 and end < 0:
            words, text = words + text, ""
        elif start < 0 or end < start or OPEN in text[start + 2 : end]:
            raise DomainError("Zu jedem „[[“ gehört ein „]]“ dahinter.", field=field)
        else:
            words += text[:start]
            found.append([len(words), len(words) + end - start - 2])
            words, text = words + text[start + 2 : end], text[end + 2 :]
    if words != original:
        raise DomainError(
            "Der Wortlaut der Meldung bleibt unverändert: Bitte nur Stellen mit [[ und ]] markieren.", field=field
        )
    return [passage for passage in found if passage[0] < passage[1]]


def blacked_out(original: str, passages: list[list[int]]) -> str:
    """``original`` with every passage blacked out."""
    for start, end in sorted(passages, reverse=True):
        original = original[:start] + BLACK + original[end:]
    return original
