"""How long a search over O*NET's titles takes, on a scratch SQLite database.

In the same run: the database's own look-up alone, which is the floor and forgives no
slip, and difflib over every title, as a plain script would do it.
"""

from __future__ import annotations

import random
import string
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

from bench.scratch import scratch_site

SHARED = Path(__file__).resolve().parent.parent.parent / "shared"
FIRST = 5


@dataclass(slots=True)
class Searched:
    """`found` counts the queries of which a first answer is the one that is meant."""

    title: str
    milliseconds: list[float] = field(default_factory=list)
    found: int = 0
    ceiling: str = "-"

    @property
    def share(self) -> str:
        return f"{self.found} of {len(self.milliseconds)}"


@dataclass(frozen=True, slots=True)
class Measured:
    """How many titles there were, how long the index took, and what was searched."""

    titles: int
    seconds: float
    searched: tuple[Searched, ...]


def time_titles(times: int) -> Measured:
    """Search so many titles of O*NET, each with a slip and some in another order."""
    with scratch_site():
        from django.conf import settings

        settings.DEBUG = False  # or every query is kept
        settings.ALLOWED_HOSTS = ["localhost"]
        return _measured(times)


def _measured(times: int) -> Measured:
    from django.test import Client

    from planner.queries import published
    from planner.search import find_careers, rebuild_search
    from tests.onet import all_careers, listed_titles
    from tests.web.world import publish

    document, listed = all_careers(SHARED), listed_titles(SHARED)
    version = publish(document)
    began = time.perf_counter()
    count = rebuild_search(version, document, listed)
    seconds = time.perf_counter() - began
    edition = published()
    client = Client(headers={"host": "localhost"})
    names = sorted({title for titles in listed.values() for title, _kind in titles})
    careers = _careers_by_title(document, listed)
    asked = list(misspelt(names, times))

    def ours(typed: str) -> list[str]:
        return [hit.role for hit in find_careers(edition, typed)[:FIRST]]

    def suggest(typed: str) -> list[str]:
        response = client.get("/careers/suggest/", {"q": typed})
        if response.status_code != 200:
            raise RuntimeError(f"{typed!r} answered {response.status_code}.")
        return []

    def difflib(typed: str) -> list[str]:
        matcher = SequenceMatcher(autojunk=False)
        matcher.set_seq2(typed.lower())
        scored = []
        for name in names:
            matcher.set_seq1(name.lower())
            if matcher.real_quick_ratio() > 0.6 and matcher.quick_ratio() > 0.6:
                scored.append((-matcher.ratio(), name))
        near = [careers[name] for _score, name in sorted(scored)[:FIRST]]
        return [role for roles in near for role in roles]

    return Measured(
        count,
        seconds,
        (
            _timed("a search, all in all", ours, asked, careers, ceiling="50 ms"),
            _timed("  FTS5 alone, words as typed", _fts5, asked, careers),
            _timed(
                "  difflib over every title", difflib, asked[: times // 25], careers
            ),
            _timed(
                "suggestions, the whole answer", suggest, asked, {}, ceiling="50 ms"
            ),
            _timed(
                "  while one types, letter by letter",
                suggest,
                [(begun, "") for begun in _begun(names, times)],
                {},
                ceiling="50 ms",
            ),
        ),
    )


def misspelt(names: Sequence[str], times: int) -> Iterator[tuple[str, str]]:
    """Yield titles as people mistype them, each with the title that is meant."""
    chance = random.Random(4)  # noqa: S311 - not for secrets
    for name in chance.sample(names, times):
        words = name.split()
        if chance.random() < 0.3:
            chance.shuffle(words)
        at = max(range(len(words)), key=lambda place: len(words[place]))
        words[at] = _slip(words[at], chance)
        yield " ".join(words), name


def _slip(word: str, chance: random.Random) -> str:
    """Return the word with a letter missing, doubled, wrong, or two changed over."""
    if len(word) < 4:
        return word
    at = chance.randrange(1, len(word) - 1)
    before, letter, after = word[:at], word[at], word[at + 1 :]
    return chance.choice(
        [
            before + after,
            before + letter * 2 + after,
            before + chance.choice(string.ascii_lowercase) + after,
            before + after[:1] + letter + after[1:],
        ]
    )


def _begun(names: Sequence[str], times: int) -> Iterator[str]:
    chance = random.Random(5)  # noqa: S311 - not for secrets
    for name in chance.sample(names, times):
        yield name[: chance.randint(1, len(name))]


def _careers_by_title(document: Any, listed: Any) -> dict[str, set[str]]:
    careers: dict[str, set[str]] = {}
    for role in document["roles"]:
        for occupation in role["occupations"]:
            for title, _kind in listed.get(occupation["code"], ()):
                careers.setdefault(title, set()).add(role["slug"])
    return careers


def _fts5(typed: str) -> list[str]:
    from django.db import connection

    words = " ".join(f'"{word}"' for word in typed.lower().split() if word.isalnum())
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT role FROM planner_searchwords JOIN planner_searchtitle "
            "ON place = planner_searchwords.rowid "
            "WHERE planner_searchwords MATCH %s ORDER BY planner_searchwords.rowid "
            "LIMIT %s",
            [words or '""', FIRST],
        )
        return [role for (role,) in cursor.fetchall()]


def _timed(
    title: str,
    search: Callable[[str], list[str]],
    asked: Sequence[tuple[str, str]],
    careers: dict[str, set[str]],
    *,
    ceiling: str = "-",
) -> Searched:
    searched = Searched(title, ceiling=ceiling)
    search("nurse")  # reads what is read once
    for typed, meant in asked:
        began = time.perf_counter()
        first = search(typed)
        searched.milliseconds.append((time.perf_counter() - began) * 1000)
        searched.found += bool(careers.get(meant, set()).intersection(first))
    return searched
