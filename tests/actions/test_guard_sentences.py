"""The sentences that measure the guard are what they claim to be: enough, labelled rightly, and nobody real."""

import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml

FOLDER = Path(__file__).parent / "guard"
KINDS = {
    "name",
    "birth_date",
    "azr_number",
    "file_number",
    "bamf_number",
    "benefit_number",
    "social_security_number",
    "id_document",
    "phone",
    "mail",
    "iban",
    "address",
    "singled_out",
}


def _sentences(half: str) -> list[dict[str, Any]]:
    return yaml.safe_load((FOLDER / f"{half}.yaml").read_text(encoding="utf-8"))


def test_at_least_300_sentences_are_dealt_to_two_halves_without_one_twice() -> None:
    seen, unseen = _sentences("seen"), _sentences("unseen")
    texts = [sentence["text"] for sentence in seen + unseen]
    assert len(texts) == len(set(texts)) >= 300
    assert abs(len(seen) - len(unseen)) < 20


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_every_label_stands_in_its_text_and_every_kind_is_there(half: str) -> None:
    sentences = _sentences(half)
    for sentence in sentences:
        assert set(sentence) == {"text", "finds"}
        for find in sentence["finds"]:
            assert find["text"] in sentence["text"], sentence
    counts = Counter(find["kind"] for sentence in sentences for find in sentence["finds"])
    assert set(counts) == KINDS
    assert min(counts.values()) >= 8, counts
    clean = sum(1 for sentence in sentences if not sentence["finds"])
    assert 0.35 < clean / len(sentences) < 0.65


@pytest.mark.parametrize("half", ["seen", "unseen"])
def test_addresses_of_mail_are_invented_and_ibans_add_up(half: str) -> None:
    for sentence in _sentences(half):
        for find in sentence["finds"]:
            if find["kind"] == "mail":
                assert find["text"].endswith(".example")
            if find["kind"] == "iban":
                iban = re.sub(r"\s", "", find["text"])
                assert int("".join(str(int(sign, 36)) for sign in iban[4:] + iban[:4])) % 97 == 1, find
