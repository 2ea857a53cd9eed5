"""Pictures in the Markdown of a section, written `![alternative text](bild:key)`; keys that no replacing touches."""

from __future__ import annotations

import re
from typing import NamedTuple

IMAGE = re.compile(r"(?<!\\)!\[(?P<alt>(?:[^\[\]\\\n]|\\.)*)\]\(bild:(?P<key>[a-z0-9-]{1,40})\)")
_FIXED = re.compile(r"(\]\(bild:[a-z0-9-]{1,40}\)|\[\[abschnitt:[a-z0-9-]{1,40}\]\])")
_PICTURE, _END = "\ue013", "\ue014"
IMAGE_MARK = re.compile(f"{_PICTURE}(?P<image>\\d+){_END}")


class Image(NamedTuple):
    """A picture in a text."""

    key: str
    alt: str

    @property
    def as_words(self) -> str:
        """What stands where no picture can."""
        return f"(Abbildung: {self.alt})" if self.alt else "(Abbildung)"


def images_apart(text: str) -> tuple[str, list[Image]]:
    """The text with a mark for each picture (:data:`IMAGE_MARK`), and the pictures in that order."""
    images: list[Image] = []

    def mark(found: re.Match[str]) -> str:
        images.append(Image(found["key"], re.sub(r"\\(.)", r"\1", found["alt"])))
        return f"{_PICTURE}{len(images) - 1}{_END}"

    return IMAGE.sub(mark, text.replace(_PICTURE, "").replace(_END, "")), images


def image_keys(text: str) -> set[str]:
    """The pictures that a text names."""
    return {found["key"] for found in IMAGE.finditer(text)}


def with_images_as_words(text: str) -> str:
    """The text with the words of its pictures, and a sign by which another picture is told apart."""
    body, images = images_apart(text)
    return IMAGE_MARK.sub(
        lambda found: f"(Abbildung: {images[int(found['image'])].alt}, {images[int(found['image'])].key[:6]})", body
    )


def count_of(text: str, words: str) -> int:
    """How often words stand in a text, apart from the keys of pictures and references."""
    return sum(part.count(words) for part in _FIXED.split(text)[::2])


def replaced(text: str, words: str, new: str) -> str:
    """The text with other words; the keys of pictures and references stay."""
    parts = _FIXED.split(text)
    parts[::2] = [part.replace(words, new) for part in parts[::2]]
    return "".join(parts)
