"""Addresses that are keys: signed tokens for calendar feeds, guest links and other links without a sign-in.

The database keeps only a random nonce; the token is derived from it and the secret key, so that a copy of the database
opens no door. A new nonce makes the old address worthless.
"""

from __future__ import annotations

import hmac
import secrets
from base64 import urlsafe_b64encode
from hashlib import sha256

MAC_BYTES = 24
NONCE_BYTES = 16


def new_nonce() -> str:
    """A fresh random nonce of 128 bit, safe in an address."""
    return secrets.token_urlsafe(NONCE_BYTES)


def sign(purpose: str, nonce: str, key: str) -> str:
    """The token `<nonce>.<mac>` of ``nonce`` for one ``purpose``, such as `feed` or `guest`; 192 bit that fit only it.

    Raises ValueError when ``nonce`` is empty or would not survive in an address.
    """
    if not nonce or not nonce.isascii() or not nonce.replace("-", "").replace("_", "").isalnum():
        raise ValueError("a nonce consists of letters, digits, - and _")
    return f"{nonce}.{_mac(purpose, nonce, key)}"


def verify(purpose: str, token: str, key: str) -> str | None:
    """The nonce of ``token`` if it was signed for ``purpose`` with ``key``, else None, in constant time."""
    nonce, _dot, mac = token.rpartition(".")
    expected = _mac(purpose, nonce, key)
    return nonce if hmac.compare_digest(expected.encode(), mac.encode("utf-8", "replace")) and nonce else None


def _mac(purpose: str, nonce: str, key: str) -> str:
    # The length of the purpose keeps („a“, „bc“) and („ab“, „c“) apart.
    message = f"{len(purpose)}:{purpose}:{nonce}".encode("utf-8", "replace")
    digest = hmac.new(b"govern.tokens:" + key.encode(), message, sha256).digest()
    return urlsafe_b64encode(digest[:MAC_BYTES]).decode()
