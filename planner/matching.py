"""How well words that people typed fit a title, order and slips forgiven."""

from __future__ import annotations

import re
from difflib import SequenceMatcher
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
LONGEST = 200  # a title; comparing longer text would only take time
MOST_WORDS = 12
NEAR_ENOUGH = 0.75  # how alike two words are that are one word misspelt


def plain(text: str) -> str:
    """Return the text as it is compared: small letters, single blanks, no full stop."""
    return " ".join(text[:LONGEST].casefold().replace("’", "'").split()).rstrip(".")


def likeness(typed: str, title: str) -> float:
    """Return the share of the typed words that the title has: 0 to 1.

    A word is had as the beginning of another ("develop"), with a slip
    ("pyhton"), or as the first letters of several ("ML").
    """
    words, (known, initials) = _words(typed)[0][:MOST_WORDS], _words(title)
    if not words or not known:
        return 0.0
    return sum(_had(word, known, initials) for word in words) / len(words)


def closeness(typed: str, title: str) -> float:
    """Return the likeness, and a little more for what says nothing beside it.

    Of two titles that fit the words alike, the one that begins with them is
    nearer, and so is the shorter. It is 0 where the likeness is 0.
    """
    found = likeness(typed, title)
    if not found:
        return 0.0
    begins = plain(title).startswith(plain(typed))
    return found + 0.5 * begins + 0.2 / len(_words(title)[0])


@lru_cache(maxsize=10_000)
def _words(title: str) -> tuple[tuple[str, ...], str]:
    """Return the words of a title, and their first letters; titles come again."""
    words = tuple(WORD.findall(plain(title)))
    return words, "".join(word[0] for word in words)


def _had(word: str, known: tuple[str, ...], initials: str) -> float:
    if 2 <= len(word) <= 4 and word in initials and word not in known:
        return 0.9
    return max(_alike(word, other) for other in known)


def _alike(word: str, other: str) -> float:
    if other.startswith(word):
        return 1.0 if len(word) > 1 else 0.5
    if abs(len(word) - len(other)) > 3 or word[0] != other[0]:
        return 0.0
    matcher = SequenceMatcher(None, other, word, autojunk=False)
    if matcher.quick_ratio() < NEAR_ENOUGH:
        return 0.0
    ratio = matcher.ratio()
    return ratio if ratio >= NEAR_ENOUGH else 0.0
