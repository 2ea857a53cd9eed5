"""Pictures in texts: decoded before they are kept, without what a camera or a program wrote into them (D-15)."""

from __future__ import annotations

import hashlib
import io
import struct
import warnings
from collections.abc import Iterator
from dataclasses import dataclass

from docx.image.exceptions import InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError
from docx.image.image import Image as WordImage
from PIL import Image, ImageOps

from govern.errors import DomainError
from govern.typesetting.pdf import takes_picture

MOST_BYTES = 10_000_000
MOST_PIXELS = 40_000_000
LONGEST_SIDE = 16_000
"""More than this the PDF does not take."""
MEDIA_TYPES = {"PNG": "image/png", "JPEG": "image/jpeg"}
ENDINGS = {"image/png": "png", "image/jpeg": "jpg"}
QUALITY = 92
DENSITIES = (10, 10_000)
"""Dots per inch that a size on paper can be made of."""
_PNG_PARTS = frozenset(
    {b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND", b"gAMA", b"cHRM", b"sRGB", b"sBIT", b"pHYs", b"bKGD", b"iCCP"}
)
"""What tells how a picture looks. All else is words, times and things of programs."""
_ENDS = {"PNG": b"IEND\xaeB`\x82", "JPEG": b"\xff\xd9"}


@dataclass(frozen=True)
class Picture:
    """A picture that was decoded."""

    data: bytes
    media_type: str

    @property
    def sha256(self) -> str:
        """Of its bytes, as hex."""
        return hashlib.sha256(self.data).hexdigest()

    @property
    def key(self) -> str:
        """How a text refers to it (`bild:…`): made of its bytes, so that the hash of a text holds its pictures too."""
        return self.sha256[:32]


def read_picture(data: bytes) -> Picture:
    """A PNG or JPEG, decoded as a whole; one that carries more than the picture is written anew.

    Raises DomainError with the reason when it is something else, broken, or too large.
    """
    if len(data) > MOST_BYTES:
        raise DomainError(f"größer als {MOST_BYTES // 1_000_000} MB")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > MOST_PIXELS:
                    raise DomainError(f"mehr als {MOST_PIXELS // 1_000_000} Millionen Bildpunkte")
                if max(image.size) > LONGEST_SIDE:
                    raise DomainError(f"eine Seite länger als {LONGEST_SIDE} Bildpunkte")
                kind = "PNG" if image.format == "PNG" else "JPEG"
                image.load()
                media_type = MEDIA_TYPES[kind]
                is_kept = _is_bare(image, kind, data) and _is_exported(data, media_type)
                return Picture(data if is_kept else _written(image, kind), media_type)
    except (
        OSError,
        EOFError,
        ValueError,
        SyntaxError,
        struct.error,
        Image.DecompressionBombError,
        Image.DecompressionBombWarning,
    ) as error:
        raise DomainError("kein PNG oder JPEG, oder beschädigt") from error


def media_type_of(data: bytes) -> str:
    """What a picture that was kept is served as."""
    return MEDIA_TYPES["PNG" if data.startswith(b"\x89PNG") else "JPEG"]


def size_of(data: bytes) -> tuple[int, int]:
    """Width and height of a picture that was kept, in pixels."""
    with Image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
        return image.size


def _is_bare(image: Image.Image, kind: str, data: bytes) -> bool:
    """Whether it holds nothing but the picture, in a form every program reads."""
    is_sized = all(DENSITIES[0] <= each <= DENSITIES[1] for each in image.info.get("dpi", ()))
    ends_first = data.find(_ENDS[kind]) == len(data) - len(_ENDS[kind])  # nothing behind the picture
    if not is_sized or not ends_first or image.getexif() or getattr(image, "n_frames", 1) > 1:
        return False
    if kind == "PNG":
        return _PNG_PARTS.issuperset(_parts_of_png(data))
    others = [name for name, part in getattr(image, "applist", ()) if not _is_jpeg_part(name, part)]
    return not others and data[6:10] == b"JFIF" and image.mode in ("RGB", "L")


def _is_exported(data: bytes, media_type: str) -> bool:
    """Whether Word files and PDFs take it too; what is damaged only a little, not every program can read."""
    try:
        WordImage.from_blob(data)
    except (InvalidImageStreamError, UnexpectedEndOfFileError, UnrecognizedImageError, struct.error, ValueError):
        return False
    return takes_picture(data, f"bild.{ENDINGS[media_type]}")


def _parts_of_png(data: bytes) -> Iterator[bytes]:
    at = 8
    while at + 8 <= len(data):
        yield data[at + 4 : at + 8]
        at += 12 + int.from_bytes(data[at : at + 4])


def _is_jpeg_part(name: str, part: bytes) -> bool:
    return name in ("APP0", "APP14") or (name == "APP2" and part.startswith(b"ICC_PROFILE"))


def _written(image: Image.Image, kind: str) -> bytes:
    upright = ImageOps.exif_transpose(image)
    if kind == "JPEG" and upright.mode not in ("RGB", "L"):
        upright = upright.convert("RGB")
    if "transparency" in upright.info and upright.mode in ("1", "L", "RGB"):
        upright = upright.convert("RGBA")
    bare = Image.new(upright.mode, upright.size)
    if upright.mode == "P":
        bare = upright.convert("RGBA")
    else:
        bare.paste(upright)
    written = io.BytesIO()
    bare.save(written, kind, **({"quality": QUALITY} if kind == "JPEG" else {}))
    return written.getvalue()
