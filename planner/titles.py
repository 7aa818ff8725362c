"""What careers are called, and how well a title answers what somebody typed.

It is plain Python and knows no database. A database only narrows some ten thousand
titles to a few hundred; which of them is best is decided here, so that it is the
same everywhere.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import IntEnum
from functools import lru_cache
from itertools import accumulate
from math import log2
from typing import Any, NamedTuple

from planner.matching import (
    edits,
    grams,
    singular,
    stem,
    words_of,
)

Document = Mapping[str, Any]

MOST_WORDS = 10  # of what is typed; more would only narrow to nothing
MOST_NEAR = 8  # words that one word may be a misspelling of
RARE = 3  # a word in so few titles may well be a misspelling of another
OFTEN = 3  # times as many titles have words that begin so: it is short for them
ENOUGH = 0.6  # the share of the typed words that a title must have, to be found
NEARLY = 0.7  # how much of each typed word a title has that has them all
BRACKETS = re.compile(r"^(.+?)\s*\(([^()]+)\)$")

SMALL_WORDS = "a an and at for in of on or the to with"
# What is said around what is meant: "I want to be a nurse".
SAID_AROUND = (
    "i id im am my me is be become becoming being want wanna would like how do does "
    "doing get getting into job jobs career careers someone somebody people who that "
    "person profession occupation position"
)
SMALL = frozenset(SMALL_WORDS.split())
# But for "or": an OR nurse works in the operating room.
FILLERS = (SMALL | frozenset(SAID_AROUND.split())) - {"or"}


class Kind(IntEnum):
    """What a title is to its career, the weightiest first."""

    OWN = 1  # what we call it
    ALSO = 2  # what else our editors call it
    OCCUPATION = 3  # what the official classification calls it
    REPORTED = 4  # what people who do it say they are
    ALTERNATE = 5  # what else the official list has for it
    SHARED = 6  # the same, of an occupation of which it is only a part
    SKILL = 7  # what one must know, or works with
    FIELD = 8  # what one may have studied


LISTED = {
    "alternate": Kind.ALTERNATE,
    "short": Kind.ALTERNATE,
    "reported": Kind.REPORTED,
    "technology": Kind.SKILL,
    "field": Kind.FIELD,
}


class Title(NamedTuple):
    """One name of one career, with the words that it is looked up by."""

    title: str
    role: str  # the slug
    kind: Kind
    words: tuple[str, ...]


class Hit(NamedTuple):
    """A career, and the one of its titles that answers best."""

    role: str
    title: str
    kind: Kind
    score: float
    share: float  # of the typed words, how much the title has

    @property
    def is_found(self) -> bool:
        """Tell whether it answers what was typed, or is only near."""
        return self.share >= ENOUGH


# What there is to be found


def titles_of(
    document: Document, listed: Mapping[str, Sequence[tuple[str, str]]]
) -> list[Title]:
    """Return every title once for each career, in the order in which it is looked at.

    `listed` has, by the code of an occupation or of its group, titles with what they
    are: "alternate", "reported" or "short", "technology" or "field". The careers' own
    titles come first, then the others, those of few words before longer ones; the
    order is the same everywhere.
    """
    best: dict[tuple[str, tuple[str, ...]], Title] = {}
    for role in document["roles"]:
        if not role["is_career"]:
            continue
        for title, kind in _names(role, document, listed):
            words = words_of(title)
            key = (role["slug"], words)
            if words and (key not in best or kind < best[key].kind):
                best[key] = Title(title, role["slug"], kind, words)
    own = [_with_initials(t) if t.kind <= Kind.ALSO else t for t in best.values()]
    return sorted(
        own,
        key=lambda t: (
            t.kind > Kind.OCCUPATION,
            len(t.words),
            t.kind,
            t.title,
            t.role,
        ),
    )


def _names(
    role: Document,
    document: Document,
    listed: Mapping[str, Sequence[tuple[str, str]]],
) -> Iterator[tuple[str, Kind]]:
    yield role["title"], Kind.OWN
    for title in role["alternate_titles"]:
        yield title["title"], Kind.ALSO
    for occupation in role["occupations"]:
        is_part = bool(occupation["note"])
        yield occupation["title"], Kind.SHARED if is_part else Kind.OCCUPATION
        for title, what in listed.get(occupation["code"], ()):
            kind = LISTED.get(what, Kind.ALTERNATE)
            yield title, max(kind, Kind.SHARED) if is_part else kind
        if not is_part:
            for title, what in listed.get(occupation["code"][:7], ()):
                yield title, LISTED[what]
    for figure in role["figures"]:
        if figure["measure"] == "technology":
            yield figure["text"], Kind.SKILL
        elif figure["measure"] == "field-of-study":
            yield figure["note"], Kind.FIELD
    skills = _skill_titles(document)
    for requirement in role["requires"]:
        for way in requirement["alternatives"]:
            if way["thing"] in skills:
                yield skills[way["thing"]], Kind.SKILL


def _skill_titles(document: Document) -> dict[str, str]:
    return {f"skill:{skill['slug']}": skill["title"] for skill in document["skills"]}


def _with_initials(title: Title) -> Title:
    """Let a career be found by the first letters of its words, such as ML."""
    words = [word for word in title.words if word not in FILLERS]
    runs = {
        "".join(word[0] for word in words[start:end])
        for start in range(len(words))
        for end in range(start + 2, min(start + 4, len(words)) + 1)
    }
    return title._replace(words=(*title.words, *sorted(runs - set(title.words))))


# What was typed


@dataclass(frozen=True, slots=True)
class Asked:
    """One word that was typed, and the words of titles that it may stand for."""

    word: str
    stands_for: Mapping[str, float]  # how likely each, 0 to 1
    is_unfinished: bool  # words that begin with it count as well

    @property
    def is_known(self) -> bool:
        return bool(self.stands_for) or self.is_unfinished

    def had_by(self, word: str) -> float:
        """Return how much of it another word is."""
        found = self.stands_for.get(word, 0.0)
        if self.is_unfinished and word.startswith(self.word):
            found = max(found, 0.8 + 0.15 * len(self.word) / len(word))
        return found


class Vocabulary:
    """Every word of the titles, in how many titles it is, and what is near to it."""

    def __init__(self, counts: Mapping[str, int]):
        self.counts = counts
        self._sorted = sorted(counts)
        self._before = [0, *accumulate(counts[word] for word in self._sorted)]
        self._by_stem: dict[str, list[str]] = defaultdict(list)
        self._by_gram: dict[str, list[str]] = defaultdict(list)
        for word in self._sorted:
            self._by_stem[stem(word)].append(word)
            for gram in grams(word):
                self._by_gram[gram].append(word)
        self._near = lru_cache(maxsize=5_000)(self._look_near)

    @classmethod
    def of(cls, titles: Iterable[Title]) -> Vocabulary:
        return cls(Counter(word for title in titles for word in set(title.words)))

    def read(self, typed: str, *, freely: bool = False) -> list[Asked]:
        """Return what was typed, word by word; the last may be unfinished.

        Freely, even a word that is known may be a misspelling.
        """
        words = list(dict.fromkeys(words_of(typed)))
        meant = [word for word in words if word not in FILLERS] or words
        meant = self._split(meant)[:MOST_WORDS]
        asked = [
            self._asked(word, is_last=place == len(meant) - 1, freely=freely)
            for place, word in enumerate(meant)
        ]
        return self._joined(asked)

    def _asked(self, word: str, *, is_last: bool, freely: bool) -> Asked:
        count = self.counts.get(word, 0)
        longer = self._beginning(word)
        begins = bool(longer) and (
            is_last or (len(word) > 2 and longer > OFTEN * count)
        )
        found: dict[str, float] = {}
        if freely or max(count, longer) <= RARE:
            near = self._near(word, begins_only=False)
            if not (near or count or begins) and is_last:
                near = self._near(word, begins_only=True)
            for known, alike in near.items():
                for other in self._by_stem[stem(known)]:
                    if singular(other) == singular(known):
                        found[other] = max(alike, found.get(other, 0.0))
        for other in self._by_stem.get(stem(word), ()):
            alike = 0.97 if singular(other) == singular(word) else 0.8
            found[other] = max(alike, found.get(other, 0.0))
        if count:
            found[word] = 1.0
        return Asked(word, found, begins)

    def _beginning(self, start: str) -> int:
        """Count the titles with a word that begins so and goes on."""
        first = bisect_right(self._sorted, start)
        after = bisect_left(self._sorted, start + chr(0x10FFFF))
        return self._before[after] - self._before[first]

    def _look_near(self, word: str, *, begins_only: bool) -> dict[str, float]:
        """Return the words that this one may be a misspelling of, the nearest first.

        Words that share enough pairs of letters are compared letter by letter.
        """
        allowed = 0 if len(word) < 3 else 1 if len(word) < 6 else 2
        if not allowed or word.endswith(("plusplus", "sharp", "dotnet")):
            return {}
        shared: Counter[str] = Counter()
        pairs = grams(word)
        for gram in pairs[:-1] if begins_only else pairs:
            shared.update(self._by_gram.get(gram, ()))
        least = max(1, len(word) + 1 - 3 * allowed)
        likely = [
            (
                -2 * count / (len(word) + (len(word) if begins_only else len(other))),
                other,
            )
            for other, count in shared.items()
            if count >= least
            and (begins_only or abs(len(other) - len(word)) <= allowed)
        ]
        likely.sort()
        found = []
        for _alike, other in likely[:60]:
            slips = edits(word, other, begins_only=begins_only)
            if slips <= allowed:
                strange = other[0] != word[0]
                found.append((slips + 0.5 * strange, -self.counts[other], other))
        found.sort()
        return {
            other: round(0.95 - 0.12 * slips - 0.1 * begins_only, 2)
            for slips, _count, other in found[:MOST_NEAR]
            if other != word
        }

    def _split(self, words: Sequence[str]) -> list[str]:
        """Take unknown words apart that are two known ones, such as webdeveloper."""
        found: list[str] = []
        for word in words:
            cuts = [
                (min(self.counts[word[:at]], self.counts[word[at:]]), at)
                for at in range(3, len(word) - 2)
                if word not in self.counts
                and word[:at] in self.counts
                and word[at:] in self.counts
            ]
            count, at = max(cuts, default=(0, 0))
            found += [word[:at], word[at:]] if count > RARE else [word]
        return list(dict.fromkeys(found))

    def _joined(self, asked: list[Asked]) -> list[Asked]:
        """Let two words stand for the one that they are together: fire fighter."""
        for place in range(len(asked) - 1):
            left, right = asked[place], asked[place + 1]
            whole = left.word + right.word
            for other in self._by_stem.get(stem(whole), ()):
                if singular(other) == singular(whole):
                    for at in (place, place + 1):
                        part = asked[at]
                        asked[at] = Asked(
                            part.word,
                            {**part.stands_for, other: 0.95},
                            part.is_unfinished,
                        )
        return asked


# Which titles answer it best

WEIGHTS = {
    Kind.OWN: 1.0,
    Kind.ALSO: 0.9,
    Kind.OCCUPATION: 0.9,
    Kind.REPORTED: 0.8,
    Kind.ALTERNATE: 0.7,
    Kind.SHARED: 0.5,
    Kind.SKILL: 0.2,
    Kind.FIELD: 0.0,
}


def rank(titles: Iterable[Title], asked: Sequence[Asked]) -> list[Hit]:
    """Return the careers that the titles lead to, the best answer first.

    A title that says just what was typed is best, then a career's own title with
    all the words, then all the words, in their order, in a title of some weight that
    says little beside. A career with many titles that answer comes before one with
    few; ties are broken by title and slug.
    """
    if not asked:
        return []
    had = _Had(asked)
    judged = [_judge(title, asked, had) for title in titles]
    most = max((hit.share for hit in judged), default=0.0)
    best: dict[str, Hit] = {}
    answers: Counter[str] = Counter()
    for hit in filter(_share, judged):
        answers[hit.role] += hit.share > 0.9 * most
        if hit.role not in best or _order(hit) < _order(best[hit.role]):
            best[hit.role] = hit
    hits = [
        hit._replace(
            score=round(hit.score + 0.02 * log2(1 + answers[hit.role]), 6),
            share=round(hit.share, 6),
        )
        for hit in best.values()
    ]
    return sorted(hits, key=_order)


def _share(hit: Hit) -> float:
    return hit.share


def _order(hit: Hit) -> tuple[float, int, int, str, str]:
    return (-hit.score, hit.kind, len(hit.title), hit.title, hit.role)


class _Had(dict[str, tuple[float, ...]]):
    """How much a word of a title is of each word that was typed; looked up once."""

    def __init__(self, asked: Sequence[Asked]):
        super().__init__()
        self.asked = asked

    def __missing__(self, word: str) -> tuple[float, ...]:
        found = self[word] = tuple(each.had_by(word) for each in self.asked)
        return found


def _judge(title: Title, asked: Sequence[Asked], had: _Had) -> Hit:
    """Return how well a title answers, as a whole or as a part with its brackets."""
    forms = forms_of(title.title)
    initials = title.words[len(forms[0]) :]
    short = [0.9 if each.word in initials else 0.0 for each in asked]
    covered = 0
    if initials:
        covered = sum(len(a.word) for a, by in zip(asked, short, strict=True) if by)
    best, share = 0.0, 0.0
    for words in forms:
        rows = [had[word] for word in words]
        each = [max(column) for column in zip(*rows, short, strict=True)]
        shared, least = sum(each) / len(each), min(each)
        if not shared:
            continue
        used = covered + len([row for row in rows if any(row)])
        telling = len([word for word in words if word not in SMALL])
        part = min(1.0, used / (telling or len(words)))
        score = shared + 0.4 * part * shared + 0.1 * _in_order(rows, len(asked))
        if least > NEARLY:
            score += 0.4 * (title.kind <= Kind.ALSO) + (part == 1) * least**2
        if score > best:
            best, share = score, shared
    if share:
        best += 0.25 * WEIGHTS[title.kind]
    return Hit(title.role, title.title, title.kind, best, share)


def _in_order(rows: Sequence[tuple[float, ...]], count: int) -> bool:
    """Tell whether the words that were typed follow one another in the title."""
    if count == 1:
        return True
    places = [
        column.index(most)
        for column in zip(*rows, strict=True)
        if (most := max(column))
    ]
    return places == sorted(places)


@lru_cache(maxsize=20_000)
def forms_of(title: str) -> tuple[tuple[str, ...], ...]:
    """Return the words of a title, and those before and in its brackets.

    "CEO (Chief Executive Officer)" is a CEO, and a chief executive officer.
    """
    match = BRACKETS.match(title)
    forms = (title, *match.groups()) if match else (title,)
    return tuple(dict.fromkeys(filter(None, map(words_of, forms))))
