"""Putting characters right that word processors, PDFs and text recognition leave behind."""

from __future__ import annotations

import re
import unicodedata

from govern.documents.importing.report import Report

UNSEEN = re.compile("[\u00ad\u200b\u200c\u200d\u200e\u200f\u2028\u2060\ufeff\u202a-\u202e\u2066-\u2069]")
_LIGATURES = {c: unicodedata.normalize("NFKC", c) for c in map(chr, range(0xFB00, 0xFB07))}
_LIGATURE = re.compile("[\ufb00-\ufb06]")
_SPACES = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_DIAERESIS_AFTER = re.compile("([aouAOU]) ?\u00a8")
_DIAERESIS_BEFORE = re.compile("\u00a8([aouAOU])")
_TWICE_ENCODED = {
    bad: good for good in "äöüÄÖÜß–„“”’§é€…"
    for bad in (good.encode().decode("cp1252", "replace"), good.encode().decode("latin-1"))
}  # fmt: skip
_TWICE = re.compile("|".join(sorted(map(re.escape, _TWICE_ENCODED), key=len, reverse=True)))
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufffe\uffff\ud800-\udfff]")
_RECOGNISED = re.compile(
    r"\b(?:[fF][i1]{2}r|[iI]{2}ber\w*|\w*b[iI]{2}rger\w*|\w*fl[iI]{2}chtl\w*|D[iI]{2}ren|k[o6]nnen|gem[a4]B|MaBnahme\w*|"
    r"gro[BR]\w*|auBer\w*|Gro[BR]e\w*)\b"
)
_SAID = (
    "Ein Zeichen wurde in Ordnung gebracht (weicher Trennstrich, Ligatur oder zerlegter Umlaut).",
    "{n} Zeichen wurden in Ordnung gebracht (weiche Trennstriche, Ligaturen, zerlegte Umlaute).",
)


def cleaned(text: str, report: Report) -> str:
    """``text`` in composed characters, without invisible ones; tabs and line ends stay."""
    if text.isascii() and not _NOT_TEXT.search(text):
        return text
    changes = 0

    def put(pattern: re.Pattern[str], replacement: object, text: str) -> str:
        nonlocal changes
        new, n = pattern.subn(replacement, text)  # type: ignore[call-overload]
        changes += n
        return str(new)

    text = put(UNSEEN, "", text)
    text = put(_LIGATURE, lambda m: _LIGATURES[m[0]], text)
    text = put(_TWICE, lambda m: _TWICE_ENCODED[m[0]], text)
    text = put(_DIAERESIS_AFTER, "\\1\u0308", text)
    text = put(_DIAERESIS_BEFORE, "\\1\u0308", text)
    composed = unicodedata.normalize("NFC", text)
    changes += len(text) - len(composed)
    report.count(*_SAID, changes)
    return _NOT_TEXT.sub("", _SPACES.sub(" ", composed))


def looks_recognised(text: str) -> str:
    """An example of a word that text recognition spoilt („fiir"), or nothing."""
    found = _RECOGNISED.search(text)
    return found[0] if found else ""


def decoded(data: bytes) -> str | None:
    """Bytes as text: UTF-8, UTF-16 with its mark, or what Windows writes; None when it is no text."""
    is_wide = data[:2] in (b"\xff\xfe", b"\xfe\xff")
    if not is_wide and b"\x00" in data:
        return None
    for encoding in ("utf-16",) if is_wide else ("utf-8-sig", "cp1252"):
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        return text.replace("\r\n", "\n").replace("\r", "\n")
    return None
