"""Signed addresses: unguessable, bound to one purpose and one key."""

from __future__ import annotations

import pytest

from govern import tokens

KEY = "a key that is only for tests, long enough"


def test_a_token_gives_its_nonce_back() -> None:
    nonce = tokens.new_nonce()
    token = tokens.sign("feed", nonce, KEY)
    assert tokens.verify("feed", token, KEY) == nonce
    assert token == tokens.sign("feed", nonce, KEY)


@pytest.mark.proves("B-16")
def test_a_token_is_good_for_one_purpose_and_one_key_only() -> None:
    token = tokens.sign("feed", tokens.new_nonce(), KEY)
    assert tokens.verify("guest", token, KEY) is None
    assert tokens.verify("feed", token, KEY + "x") is None


def test_neighbouring_purposes_do_not_collide() -> None:
    _, mac = tokens.sign("feed", "abc", KEY).split(".")
    assert tokens.verify("fee", f"dabc.{mac}", KEY) is None


@pytest.mark.parametrize("forged", ["", ".", "x", "x.", ".x", "ä.ö", "abc.\ud800", "a.b.c", "x" * 5000])
def test_anything_else_is_refused_without_an_error(forged: str) -> None:
    assert tokens.verify("feed", forged, KEY) is None


def test_every_changed_letter_makes_a_token_worthless() -> None:
    token = tokens.sign("guest", tokens.new_nonce(), KEY)
    for position, letter in enumerate(token):
        changed = token[:position] + ("A" if letter != "A" else "B") + token[position + 1 :]
        assert tokens.verify("guest", changed, KEY) is None


def test_a_token_is_long_enough_and_safe_in_an_address() -> None:
    token = tokens.sign("feed", tokens.new_nonce(), KEY)
    assert len(token.rpartition(".")[2]) * 6 >= 128
    assert all(c.isascii() and (c.isalnum() or c in "-_.") for c in token)


@pytest.mark.parametrize("nonce", ["", "a/b", "ä", "a b", "a.b"])
def test_a_nonce_that_breaks_addresses_is_refused(nonce: str) -> None:
    with pytest.raises(ValueError, match="nonce"):
        tokens.sign("feed", nonce, KEY)
