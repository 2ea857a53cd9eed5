"""Which passwords are accepted (D-05): long ones that nobody guesses; no rules about digits or signs, no expiry."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import pairwise

from zxcvbn.frequency_lists import FREQUENCY_LISTS

from govern.errors import DomainError
from govern.people.models import Body, User

SHORTEST = 12
LONGEST = 128
HINT = f"Mindestens {SHORTEST} Zeichen, zum Beispiel vier Wörter, die nicht zusammengehören. Leerzeichen sind erlaubt."

CONTEXT_WORDS = ("govern", "kreis", "landkreis", "integration")
GERMAN_WORDS = (
    "passwort", "kennwort", "geheim", "willkommen", "schatz", "hallo", "sommer", "winter", "frühling", "herbst",
    "verwaltung", "rathaus", "kreishaus", "qwertz", "qwertzuiop", "asdfghjkl", "yxcvbnm", "berlin", "deutschland",
    "nordrhein", "westfalen",
)  # fmt: skip
TYPICAL_SWAPS = str.maketrans("@013457$!", "aoleastsi")


def check_password(password: str, *, words: Iterable[str] = ()) -> None:
    """Raise DomainError, with the reason in German, unless ``password`` may be used.

    ``words`` are names and addresses from around the account, which must not appear in it.
    """
    if len(password) < SHORTEST:
        raise _refused(f"Das Passwort ist zu kurz: Es braucht mindestens {SHORTEST} Zeichen.")
    if len(password) > LONGEST:
        raise _refused(f"Das Passwort ist zu lang: Es darf höchstens {LONGEST} Zeichen haben.")
    folded = _folded(password)
    for word in sorted({_folded(w) for w in (*CONTEXT_WORDS, *words)}):
        if len(word) >= 4 and word in folded:
            raise _refused(f"Das Passwort enthält „{word}“. Namen und Wörter aus dem Umfeld sind leicht zu erraten.")
    if _is_common(folded):
        raise _refused("Dieses Passwort ist zu verbreitet. Nehmen Sie bitte eines, das sonst niemand verwendet.")


def words_around(user: User, body: Body | None) -> list[str]:
    """Words that must not appear in the password of ``user``: names, address and county."""
    texts = [user.email, *(user.email.split("@"))]
    if user.person is not None:
        texts.append(user.person.name)
    if body is not None:
        texts += [body.name, body.short_name]
    separated = (text.replace("@", " ").replace(".", " ").replace("-", " ") for text in texts)
    return [word for text in separated for word in text.split()]


def _is_common(folded: str) -> bool:
    plain = folded.translate(TYPICAL_SWAPS)
    letters = "".join(c for c in plain if c.isalpha())
    padded = "".join(c for c in folded.strip("0123456789!?.,;:-_#+*$%&/()= ") if not c.isspace())
    if any(text in _common_passwords() for text in (folded, plain, letters, padded, padded.translate(TYPICAL_SWAPS))):
        return True
    return len(set(folded)) < 5 or _repeats(folded) or _is_row(folded)


def _repeats(text: str) -> bool:
    # „geheimgeheim“ is as weak as „geheim“.
    return any(text == text[:n] * (len(text) // n) for n in range(1, len(text) // 2 + 1) if len(text) % n == 0)


def _is_row(text: str) -> bool:
    # „abcdefghijkl“, „987654321098“: each sign is the neighbour of the one before.
    steps = {ord(b) - ord(a) for a, b in pairwise(text)}
    return steps <= {1, -9} or steps <= {-1, 9}


@lru_cache(maxsize=1)
def _common_passwords() -> frozenset[str]:
    return frozenset(_folded(word) for word in (*FREQUENCY_LISTS["passwords"], *GERMAN_WORDS))


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).casefold()


def _refused(sentence: str) -> DomainError:
    return DomainError(sentence, field="password")
