"""Finding careers by what people call them, in a published version.

The database looks up the words that may be meant, and gives at most some hundred
titles; `planner.titles` knows which words those are, and which title answers best.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from typing import Any, Protocol, Self
from uuid import UUID

from django.db import connection, transaction

from planner.matching import plain, singular, words_of
from planner.models import CatalogueVersion, SearchIndex, SearchTitle
from planner.titles import (
    Asked,
    Hit,
    Kind,
    Title,
    Vocabulary,
    forms_of,
    rank,
    titles_of,
)

SLUG = re.compile(r"\(([a-z0-9-]+)\)\s*$")  # behind a title that is not the only one
BATCH = 1_000  # rows a statement
MOST_TITLES = 300  # that are looked at closely


class Edition(Protocol):
    """A published version, as `queries.published` returns it."""

    @property
    def version(self) -> str: ...
    @property
    def document(self) -> Mapping[str, Any]: ...
    @property
    def index(self) -> UUID | None:
        """Which search index it has; None if none was made for it."""


# Making the index


@transaction.atomic
def rebuild_search(
    version: CatalogueVersion,
    document: Mapping[str, Any],
    listed: Mapping[str, Sequence[tuple[str, str]]],
) -> int:
    """Make the index of a version in place of any other; return how many titles.

    `listed` has titles by the code of an occupation, as `titles_of` takes them.
    """
    titles = titles_of(document, listed)
    words = Vocabulary.of(titles).counts
    SearchTitle.objects.all()._raw_delete(SearchTitle.objects.db)
    SearchIndex.objects.all().delete()
    index = SearchIndex.objects.create(version=version, words=dict(words))
    with connection.cursor() as cursor:
        for start in range(0, len(titles), BATCH):
            batch = titles[start : start + BATCH]
            rows = ", ".join(["(%s, %s, %s, %s, %s, %s)"] * len(batch))
            # Not bulk_create: making 60,000 objects first takes as long again.
            cursor.execute(
                f"INSERT INTO planner_searchtitle "  # noqa: S608 - only signs
                f"(place, index_id, title, role, kind, words) VALUES {rows}",
                [
                    value
                    for place, title in enumerate(batch, start=start + 1)
                    for value in (
                        *(place, index.pk.hex, title.title, title.role, title.kind),
                        " ".join(map(key, title.words)),
                    )
                ],
            )
        if connection.vendor == "sqlite":
            cursor.execute(
                "INSERT INTO planner_searchwords(planner_searchwords) "
                "VALUES ('rebuild')"
            )
        else:  # or it would guess that every word is rare, or that none is
            cursor.execute("ANALYZE planner_searchtitle")
    return len(titles)


# Searching


def find_careers(edition: Edition, typed: str, *, last: Kind = Kind.FIELD) -> list[Hit]:
    """Return the careers that answer what was typed, the best first.

    `last` is the last kind of title that counts; by default all kinds do.
    It takes one query; one more if no title has all the words. Those that have too
    few of them come as well: they are not found, but near.
    """
    vocabulary = _vocabulary(edition)
    for freely in (False, True):
        asked = vocabulary.read(typed, freely=freely)
        known = [each for each in asked if each.is_known]
        if not known:
            continue
        titles = _look_up(edition, known, last, all_but_one=freely)
        if titles:
            return rank(titles, asked)
    return []


@dataclass(frozen=True, slots=True)
class Meant:
    """The careers that a text names, and those that it only comes near to."""

    named: list[str]  # slugs; one, if it is clear which is meant
    near: list[str]


def careers_meant(edition: Edition, typed: str) -> Meant:
    """Return which career is meant by its slug, its title, or another title of it.

    A career that is called so by us goes before those that others call so. No query
    is needed for a slug or a title of ours.
    """
    names = _names(_Document.of(edition))
    match = SLUG.search(typed)
    for slug in filter(None, (typed, match and match[1])):
        if slug in names.titles:
            return Meant([slug], [])
    ours = names.called.get(plain(typed), [])
    if len(ours) == 1:
        return Meant(ours, [])
    hits = find_careers(edition, typed, last=Kind.SHARED)
    words = _just(words_of(typed))
    named = [hit for hit in hits if words in map(_just, forms_of(hit.title))]
    own = ours or [hit.role for hit in named if hit.kind == Kind.OWN]
    return Meant(own or [hit.role for hit in named], [hit.role for hit in hits])


def career_title(edition: Edition, slug: str) -> str:
    """Return the title of a career; with its slug, where another has the same."""
    names = _names(_Document.of(edition))
    title = names.titles[slug]
    return title if len(names.called[plain(title)]) == 1 else f"{title} ({slug})"


def _just(words: Sequence[str]) -> tuple[str, ...]:
    return tuple(map(singular, words))


def _vocabulary(edition: Edition) -> Vocabulary:
    if edition.index is None:
        return _in_memory(_Document.of(edition))[1]
    return _kept_vocabulary(edition.index)


@lru_cache(maxsize=2)
def _kept_vocabulary(index: UUID) -> Vocabulary:
    return Vocabulary(SearchIndex.objects.values_list("words", flat=True).get(pk=index))


@dataclass(frozen=True)
class _Signs:
    """How a database is told which words are meant, and asked for their titles."""

    both: str
    either: str
    begins: str  # what follows a word that others may begin with
    quote: str
    sql: str

    def write(self, asked: Sequence[Asked], *, all_but_one: bool) -> str:
        """Write that each of the words must be there, or all but one of them."""
        groups = [self._any_of(each) for each in asked]
        if not all_but_one or len(groups) == 1:
            return self.both.join(groups)
        return self.either.join(
            f"({self.both.join(groups[:at] + groups[at + 1 :])})"
            for at in range(len(groups))
        )

    def _any_of(self, asked: Asked) -> str:
        # Nothing but a to z and digits is in a key, so nothing has to be escaped.
        words = [f"{self.quote}{key(word)}{self.quote}" for word in asked.stands_for]
        if asked.is_unfinished:
            words.append(f"{self.quote}{key(asked.word)}{self.quote}{self.begins}")
        return f"({self.either.join(words)})"


SIGNS = {
    "sqlite": _Signs(
        both=" AND ",
        either=" OR ",
        begins="*",
        quote='"',
        sql="""
            SELECT title, role, kind, titles.words
            FROM planner_searchwords
            JOIN planner_searchtitle AS titles ON place = planner_searchwords.rowid
            WHERE planner_searchwords MATCH %s AND index_id = %s AND kind <= %s
            ORDER BY planner_searchwords.rowid LIMIT %s
        """,
    ),
    # Looked up first and sorted then: else it may read all titles in their order.
    "postgresql": _Signs(
        both=" & ",
        either=" | ",
        begins=":*",
        quote="'",
        sql="""
            WITH found AS MATERIALIZED (
                SELECT place, title, role, kind, words, index_id
                FROM planner_searchtitle
                WHERE array_to_tsvector(string_to_array(words, ' ')) @@ %s::tsquery
            )
            SELECT title, role, kind, words FROM found
            WHERE index_id = %s AND kind <= %s ORDER BY place LIMIT %s
        """,
    ),
}


def _look_up(
    edition: Edition, asked: Sequence[Asked], last: Kind, *, all_but_one: bool
) -> list[Title]:
    """Return the first titles that have each of the words, or all but one of them."""
    if edition.index is None:
        titles, _vocabulary = _in_memory(_Document.of(edition))
        least = len(asked) - (all_but_one and len(asked) > 1)
        found = (
            title
            for title in titles
            if title.kind <= last
            and sum(any(map(each.had_by, title.words)) for each in asked) >= least
        )
        return list(islice(found, MOST_TITLES))
    signs = SIGNS[connection.vendor]
    meant = signs.write(asked, all_but_one=all_but_one)
    with connection.cursor() as cursor:
        cursor.execute(signs.sql, [meant, edition.index.hex, last, MOST_TITLES])
        return [
            Title(title, role, Kind(kind), tuple(words.split()))
            for title, role, kind, words in cursor.fetchall()
        ]


def key(word: str) -> str:
    """Return the word as databases keep it: what is not a to z becomes its number.

    Each database has its own idea of what a letter is; about these they agree.
    """
    if word.isascii():
        return word
    return "".join(c if c.isascii() else f"u{ord(c):x}" for c in word)


@dataclass(frozen=True)
class _Document:
    """What is searched where no index was made, compared by its version."""

    version: str
    document: Mapping[str, Any] = field(compare=False)

    @classmethod
    def of(cls, edition: Edition) -> Self:
        return cls(edition.version, edition.document)


@lru_cache(maxsize=1)
def _in_memory(own: _Document) -> tuple[list[Title], Vocabulary]:
    """Return the document's own titles: what is searched where no index was made."""
    titles = titles_of(own.document, {})
    return titles, Vocabulary.of(titles)


@dataclass(frozen=True, slots=True)
class _Names:
    """What the careers of a version are called by us."""

    titles: Mapping[str, str]  # by slug
    called: Mapping[str, list[str]]  # slugs by plain title


@lru_cache(maxsize=2)
def _names(own: _Document) -> _Names:
    roles = [role for role in own.document["roles"] if role["is_career"]]
    called: dict[str, list[str]] = {}
    for role in roles:
        called.setdefault(plain(role["title"]), []).append(role["slug"])
    return _Names({role["slug"]: role["title"] for role in roles}, called)
