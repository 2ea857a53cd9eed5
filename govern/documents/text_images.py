"""Pictures in the Markdown of a section; keys that no replacing touches.

One is written `![alternative text](bild:key)`, or `![alternative text](bild:key 60%)` where it is as wide as that share
of the text.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple

IMAGE = re.compile(
    r"(?<!\\)!\[(?P<alt>(?:[^\[\]\\\n]|\\.)*)\]\(bild:(?P<key>[a-z0-9-]{1,40})"
    r"(?: (?P<width>[1-9]\d?|100) ?%)?\)"
)
_FIXED = re.compile(r"(\]\(bild:[a-z0-9-]{1,40}(?: \d{1,3} ?%)?\)|\[\[abschnitt:[a-z0-9-]{1,40}\]\])")
_PICTURE, _END = "\ue013", "\ue014"
IMAGE_MARK = re.compile(f"{_PICTURE}(?P<image>\\d+){_END}")


class Image(NamedTuple):
    """A picture in a text."""

    key: str
    alt: str
    width: int | None = None
    """In hundredths of the width of the text; None: as large as it is, if there is room."""

    @property
    def as_part(self) -> dict[str, Any]:
        """As an inline part of a block."""
        sized = {"width": self.width} if self.width is not None else {}
        return {"t": "img", "key": self.key, "alt": self.alt, **sized}

    @property
    def as_words(self) -> str:
        """What stands where no picture can."""
        return f"(Abbildung: {self.alt})" if self.alt else "(Abbildung)"


def images_apart(text: str) -> tuple[str, list[Image]]:
    """The text with a mark for each picture (:data:`IMAGE_MARK`), and the pictures in that order."""
    images: list[Image] = []

    def mark(found: re.Match[str]) -> str:
        images.append(Image(found["key"], re.sub(r"\\(.)", r"\1", found["alt"]), _width(found["width"])))
        return f"{_PICTURE}{len(images) - 1}{_END}"

    return IMAGE.sub(mark, text.replace(_PICTURE, "").replace(_END, "")), images


def _width(typed: str | None) -> int | None:
    return int(typed) if typed else None


def image_keys(text: str) -> set[str]:
    """The pictures that a text names."""
    return {found["key"] for found in IMAGE.finditer(text)}


def with_images_as_words(text: str) -> str:
    """The text with the words of its pictures, and a sign by which another picture is told apart."""
    body, images = images_apart(text)
    return IMAGE_MARK.sub(lambda found: _told_apart(images[int(found["image"])]), body)


def _told_apart(image: Image) -> str:
    sized = f", {image.width} % breit" if image.width is not None else ""
    return f"(Abbildung: {image.alt}, {image.key[:6]}{sized})"


def count_of(text: str, words: str) -> int:
    """How often words stand in a text, apart from the keys of pictures and references."""
    return sum(part.count(words) for part in _FIXED.split(text)[::2])


def replaced(text: str, words: str, new: str) -> str:
    """The text with other words; the keys of pictures and references stay."""
    parts = _FIXED.split(text)
    parts[::2] = [part.replace(words, new) for part in parts[::2]]
    return "".join(parts)
