"""How well words that people typed fit a title, order and slips forgiven."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable
from difflib import SequenceMatcher
from functools import lru_cache

WORD = re.compile(r"[^\W_]+")
LONGEST_WORD = 40
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


# Words as they are looked up


def _undotted(match: re.Match[str]) -> str:
    return match[0].replace(".", "")


# What would not survive being taken apart at every sign.
SIGNS: list[tuple[re.Pattern[str], str | Callable[[re.Match[str]], str]]] = [
    (re.compile(r"(?<![a-z])(?:[a-z]\.){2,}[a-z]?"), _undotted),
    (re.compile(r"(?<=[a-z])\+\+"), "plusplus"),
    (re.compile(r"(?<![a-z])([a-z])#"), r"\1sharp"),
    (re.compile(r"\.net(?![a-z])"), " dotnet"),
    (re.compile(r"(?<![a-z])([a-z])&([a-z])(?![a-z])"), r"\1\2"),
    (re.compile(r"['’ʼ`]"), ""),
]
ENDINGS = (
    *("ements", "ement", "ments", "ment", "ations", "ation", "ists", "ist"),
    *("ants", "ant", "ings", "ing", "ians", "ian", "ers", "ors", "er", "or", "ed", "y"),
)


PLAIN = re.compile(r"[A-Za-z0-9 ]*")  # as most titles are


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text as they are looked up: without case or accents.

    C++, C#, .NET, R&D and R.N. are a word each.
    """
    text = text[:LONGEST]
    if PLAIN.fullmatch(text):
        return tuple(word[:LONGEST_WORD] for word in text.lower().split())
    folded = unicodedata.normalize("NFKD", text).casefold()
    folded = "".join(sign for sign in folded if not unicodedata.combining(sign))
    for pattern, instead in SIGNS:
        folded = pattern.sub(instead, folded)
    return tuple(word[:LONGEST_WORD] for word in WORD.findall(folded))


def singular(word: str) -> str:
    """Return the word without an ending that says there are several."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return word[:-3] + "y"
    if word.endswith(("sses", "ches", "shes", "xes")):
        return word[:-2]
    return word[:-1]


def stem(word: str) -> str:
    """Return what a word has in common with its family: nurse, nurses, nursing."""
    bare = singular(word)
    for ending in ENDINGS:
        if bare.endswith(ending) and len(bare) - len(ending) >= 4:
            bare = bare[: -len(ending)]
            break
    if len(bare) > 4 and bare[-1] == bare[-2]:
        bare = bare[:-1]  # programm(er) is of program
    return bare.rstrip("e") if len(bare) > 4 else bare


def grams(word: str) -> list[str]:
    """Return the pairs of letters of a word, with its beginning and its end."""
    whole = f"^{word}$"
    return [whole[at : at + 2] for at in range(len(whole) - 1)]


def edits(typed: str, word: str, *, begins_only: bool = False) -> int:
    """Count the slips that make one word of another.

    A slip is a letter too many, too few or wrong, or two that changed places. If the
    word needs only to begin so, what follows in it is no slip.
    """
    before: list[int] = []
    row = list(range(len(word) + 1))
    for i, letter in enumerate(typed, start=1):
        older, before, row = before, row, [i]
        for j, other in enumerate(word, start=1):
            least = min(before[j] + 1, row[-1] + 1, before[j - 1] + (letter != other))
            if (
                i > 1
                and j > 1
                and letter == word[j - 2]
                and typed[i - 2] == other
                and older[j - 2] + 1 < least
            ):
                least = older[j - 2] + 1
            row.append(least)
    return min(row) if begins_only else row[-1]
