"""What tells two catalogue documents apart: row by row, and field by field.

Rows are held against each other by their key and never by their place, so a row
that only moved is a move, and one that another thing now owns is one change.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import groupby
from typing import Any, Literal

from planner.documents.catalogue import SHELVES, titles_in
from planner.engine.facts import LEVEL_NAMES

How = Literal["added", "removed", "changed", "moved"]

# The kinds of rows, in the order in which a thing's page has them.
KINDS = {
    "role": "roles",
    "degree": "degrees",
    "skill": "skills",
    "milestone": "milestones",
    "mode": "modes",
    "requirement": "requirements",
    "teaching": "what is taught",
    "occupation": "codes",
    "alternatetitle": "other titles",
    "point": "duties, pros and cons",
    "figure": "figures",
    "claim": "claims",
    "source": "sources",
    "release": "public data",
    "fieldofstudy": "fields of study",
}
HOWS: tuple[How, ...] = ("added", "removed", "changed", "moved")

LABELS = {
    "alternatives": "what meets it",
    "article": "article",
    "as_of": "as of",
    "attribution": "attribution",
    "cell": "cell",
    "code": "code",
    "confidence": "how sure it is",
    "codes": "codes",
    "cost": "cost",
    "counts_as": "also taken",
    "digest": "SHA-256 of what was read",
    "field": "field of study",
    "figure": "figure",
    "finding": "what the source says",
    "hours_per_week": "hours a week",
    "is_academic": "in term only",
    "is_career": "career",
    "is_closed": "closed",
    "is_entry": "entry-level role",
    "is_full": "fully",
    "is_generated": "made from public data, not yet reviewed",
    "is_judgement": "editors’ judgement",
    "is_main": "main occupation",
    "level": "level",
    "licence": "licence",
    "measure": "measure",
    "name": "name",
    "nature": "what it is",
    "note": "note",
    "owner": "belongs to",
    "position": "position",
    "publisher": "publisher",
    "related": "related careers",
    "scope": "counts",
    "search": "job search",
    "search_share": "search may begin at",
    "skill": "skill",
    "soc_code": "code",
    "source": "source",
    "starts": "may start",
    "states": "what the article says",
    "status_note": "status",
    "strength": "strength",
    "summary": "what to do",
    "takes": "takes",
    "text": "in words",
    "title": "title",
    "today": "today’s figure",
    "unit": "unit",
    "url": "address",
    "value": "value",
    "verdict": "verdict",
    "window": "yearly window",
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row: what it was and what it is, in words; empty for nothing."""

    label: str
    old: str
    new: str


@dataclass(frozen=True, kw_only=True, eq=False)
class Change:
    """What became of one row. Of many thousands few are read: words are made late."""

    how: How
    kind: str
    key: str
    owner: str  # the id of the thing that it belongs to; empty for sources and fields
    owner_title: str
    title: str
    _names: tuple[str, ...]  # of the fields that differ
    _values: tuple[Mapping[str, Any], Mapping[str, Any]]
    _sides: tuple[_Side, _Side]

    @property
    def group(self) -> str:
        return self.owner or self.kind

    @cached_property
    def fields(self) -> tuple[FieldChange, ...]:
        """What each field was and is; of a row that came or went, all that it says."""
        names = sorted(self._names, key=lambda name: LABELS.get(name, name))
        found = (_field_change(name, *self._values, *self._sides) for name in names)
        return tuple(field for field in found if field is not None)


@dataclass(frozen=True, slots=True)
class Group:
    """All that changed about one thing; or about the sources, or the fields."""

    title: str
    kind: str
    changes: tuple[Change, ...]


def differences(
    old: Mapping[str, Any] | None, new: Mapping[str, Any]
) -> tuple[Change, ...]:
    """Return what became of each row from one document to another, by thing."""
    if old is None:
        nothing: dict[str, Any] = {shelf: [] for shelf in SHELVES.values()}
        old = nothing | {"sources": {}, "releases": [], "fields": {}}
    before, after = _Side(old), _Side(new)
    same = _same_things(old, new)
    was = {row.place: row for row in before.rows(same)}
    now = {row.place: row for row in after.rows(same)}
    _follow_owners(was, now)
    found = []
    for place in was.keys() | now.keys():
        change = _change(was.get(place), now.get(place), before, after)
        if change is not None:
            found.append(change)
    return tuple(sorted(found, key=_order))


def grouped(changes: Iterable[Change]) -> list[Group]:
    """Return changes by the thing that they are about; they stand in order already."""
    found = []
    for group, members in groupby(changes, key=lambda change: change.group):
        own = tuple(members)
        kind = group.partition(":")[0]
        title = own[0].owner_title or KINDS[kind].capitalize()
        found.append(Group(title, kind, own))
    return found


def counted(changes: Iterable[Change]) -> tuple[Counter[str], Counter[str]]:
    """Return how many rows were changed in each way, and how many of each kind."""
    changes = list(changes)
    return Counter(c.how for c in changes), Counter(c.kind for c in changes)


def in_words(changes: Iterable[Change]) -> str:
    """Say how many rows were added, removed, changed and moved."""
    by_how, _ = counted(changes)
    words = [f"{by_how[how]:,} {how}" for how in HOWS if by_how[how]]
    return ", ".join(words) or "nothing"


Place = tuple[str, str, str]  # kind, owner, key


@dataclass(frozen=True, slots=True, kw_only=True)
class _Row:
    """A row as it stands in one of the documents."""

    kind: str
    key: str
    owner: str
    title: str
    values: Mapping[str, Any]

    @property
    def place(self) -> Place:
        return self.kind, self.owner, self.key


class _Side:
    """One of the two documents, and how what it names is called there."""

    def __init__(self, document: Mapping[str, Any]) -> None:
        self.document = document
        self.titles = titles_in(document)

    def rows(self, without: set[str]) -> Iterator[_Row]:
        for slug, source in self.document["sources"].items():
            yield _Row(
                kind="source",
                key=slug,
                owner="",
                title=source["title"],
                values=source,
            )
        for release in self.document["releases"]:
            yield _Row(
                kind="release",
                key=f"{release['kind']}-{release['edition']}",
                owner="",
                title=f"{release['kind']} {release['edition']}",
                values={name: release[name] for name in ("digest", "source", "codes")},
            )
        for code, title in self.document["fields"].items():
            yield _Row(
                kind="fieldofstudy",
                key=code,
                owner="",
                title=f"{code} {title}",
                values={"title": title},
            )
        for kind, shelf in SHELVES.items():
            for entry in self.document[shelf]:
                if f"{kind}:{entry['slug']}" not in without:
                    yield from self._of_thing(kind, entry)

    def _of_thing(self, kind: str, entry: Mapping[str, Any]) -> Iterator[_Row]:
        owner = f"{kind}:{entry['slug']}"
        # The sources of a thing are those of the rows below it, and its public
        # figures follow from the releases.
        apart = {*_BELOW, "slug", "sources", "codes", "public_figures"}
        yield _Row(
            kind=kind,
            key=entry["slug"],
            owner=owner,
            title=entry["title"],
            values={name: entry[name] for name in entry.keys() - apart},
        )
        for name, (row_kind, key) in _BELOW.items():
            for part in entry.get(name, ()):
                yield _Row(
                    kind=row_kind,
                    key=part[key],
                    owner=owner,
                    title=self._title(row_kind, part),
                    values={k: v for k, v in part.items() if k != "key"},
                )

    def _title(self, kind: str, part: Mapping[str, Any]) -> str:
        if kind == "teaching":
            return self.title(f"skill:{part['skill']}")
        if kind == "figure":
            return f"{part['measure']}, {part['as_of']}"
        if kind == "occupation":
            return f"{part['code']} {part['title']}"
        names = {"mode": "name", "claim": "states", "alternatetitle": "title"}
        return str(part[names.get(kind, "text")])

    def title(self, thing_id: str) -> str:
        return self.titles.get(thing_id, thing_id.partition(":")[2])

    def words(self, name: str, value: Any) -> str:
        """Return a value as an editor reads it; empty for nothing."""
        if value is None or value == "" or (value == [] and name != "alternatives"):
            return ""
        if isinstance(value, bool):
            return "yes" if value else "no"
        if name in _WORDED:
            return str(_WORDED[name](self, value))
        return f"{value:,}" if isinstance(value, int | float) else str(value)


# What hangs below a thing: the list in the document, the kind of row, and its key.
_BELOW = {
    "modes": ("mode", "key"),
    "requires": ("requirement", "key"),
    "teaches": ("teaching", "key"),
    "occupations": ("occupation", "code"),
    "alternate_titles": ("alternatetitle", "title"),
    "points": ("point", "key"),
    "figures": ("figure", "key"),
    "claims": ("claim", "key"),
}


def _estimate(side: _Side, takes: Mapping[str, Any]) -> str:
    unit = takes["unit"]
    if takes["low"] == takes["high"]:
        return f"{takes['likely']:,} {unit}"
    return f"{takes['low']:,} to {takes['high']:,} {unit}, likely {takes['likely']:,}"


def _cost(side: _Side, cost: Mapping[str, Any]) -> str:
    per = "a year" if cost["per"] == "year" else "altogether"
    return f"{cost['amount']:,} US dollars {per} ({_source(side, cost['source'])})"


def _source(side: _Side, slug: str) -> str:
    source = side.document["sources"].get(slug)
    return slug if source is None else f"{source['title']} ({source['as_of']})"


def _field(side: _Side, code: str) -> str:
    return f"{code} {side.document['fields'].get(code, '')}".strip()


def _window(side: _Side, window: Mapping[str, str]) -> str:
    return f"{window['from']} to {window['to']}"


def alternatives_in_words(
    alternatives: Sequence[Mapping[str, Any]], titles: Mapping[str, str]
) -> str:
    """Return the alternatives as a sentence, such as “Any one of: Python; R.”."""
    ways = [_alternative(one, titles) for one in alternatives]
    if not ways:
        return "Nothing meets it yet."
    return f"{ways[0]}." if len(ways) == 1 else f"Any one of: {'; '.join(ways)}."


def _alternative(alternative: Mapping[str, Any], titles: Mapping[str, str]) -> str:
    thing, months = alternative["thing"], alternative["months"]
    if thing is None:
        level = alternative["level"]
        words = f"any {LEVEL_NAMES.get(level, level).replace(chr(39), '’')}"
    else:
        words = titles.get(thing, thing)
    if months is not None:
        low, likely, high = (months[name] for name in ("low", "likely", "high"))
        span = f"{low:g}" if low == high else f"{low:g} to {high:g}"
        usual = "" if low == high else f" (likely {likely:g})"
        words = f"{span} months{usual} as {words}"
    if alternative["share"] < 1:
        words = f"{alternative['share'] * 100:g} % of {words}"
    return words


_WORDED: dict[str, Any] = {
    "alternatives": lambda side, value: alternatives_in_words(value, side.titles),
    "article": _source,
    "cost": _cost,
    "counts_as": lambda side, value: ", ".join(_field(side, c) for c in value),
    "field": _field,
    "level": lambda side, value: LEVEL_NAMES.get(value, value),
    "owner": lambda side, value: side.title(value),
    "related": lambda side, value: ", ".join(
        side.title(f"role:{slug}") for slug in value
    ),
    "search": lambda side, value: side.title(f"milestone:{value}"),
    "search_share": lambda side, value: f"{value * 100:g} %",
    "skill": lambda side, value: side.title(f"skill:{value}"),
    "source": _source,
    "takes": _estimate,
    "window": _window,
}


def _same_things(old: Mapping[str, Any], new: Mapping[str, Any]) -> set[str]:
    """Return the ids of the things that stand alike in both, with all below them."""
    found = set()
    for kind, shelf in SHELVES.items():
        before = {entry["slug"]: entry for entry in old[shelf]}
        for entry in new[shelf]:
            if before.get(entry["slug"]) == entry:
                found.add(f"{kind}:{entry['slug']}")
    return found


def _follow_owners(was: dict[Place, _Row], now: dict[Place, _Row]) -> None:
    """Put a row that another thing owns now where it was, so that it is one change."""
    left: dict[tuple[str, str], list[Place]] = {}
    for place in was.keys() - now.keys():
        left.setdefault((place[0], place[2]), []).append(place)
    came: dict[tuple[str, str], list[Place]] = {}
    for place in now.keys() - was.keys():
        came.setdefault((place[0], place[2]), []).append(place)
    for key, [*places] in came.items():
        # A code or a title is a key only together with its role.
        if key[0] in {"occupation", "alternatetitle"}:
            continue
        if len(places) == 1 and len(left.get(key, ())) == 1:
            was[places[0]] = was.pop(left[key][0])


def _change(
    was: _Row | None, now: _Row | None, before: _Side, after: _Side
) -> Change | None:
    row = now or was
    assert row is not None  # noqa: S101 - a place is on one side at least
    old = {} if was is None else was.values
    new = {} if now is None else now.values
    if was is not None and now is not None:
        if was.owner != now.owner:
            old, new = {**old, "owner": was.owner}, {**new, "owner": now.owner}
        names = [name for name in {**old, **new} if old.get(name) != new.get(name)]
        if not names:
            return None
        how: How = "moved" if names == ["position"] else "changed"
    else:
        names = [*old, *new]
        how = "added" if was is None else "removed"
    side = before if now is None else after
    return Change(
        how=how,
        kind=row.kind,
        key=row.key,
        owner=row.owner,
        owner_title=side.title(row.owner) if row.owner else "",
        title=row.title,
        _names=tuple(names),
        _values=(old, new),
        _sides=(before, after),
    )


def _field_change(
    name: str, old: Mapping[str, Any], new: Mapping[str, Any], *sides: _Side
) -> FieldChange | None:
    label = LABELS.get(name, name)
    values = old.get(name), new.get(name)
    words = [side.words(name, value) for side, value in zip(sides, values, strict=True)]
    if words[0] == words[1]:
        if not old or not new:
            return None  # empty in a row that was added or removed
        # They read alike and are not: a key or a number that the words leave out.
        words = [
            json.dumps(value, ensure_ascii=False, sort_keys=True) for value in values
        ]
    return FieldChange(label, *words)


_PLACES = {kind: place for place, kind in enumerate(KINDS)}


def _order(change: Change) -> tuple[Any, ...]:
    return (
        _PLACES[change.group.partition(":")[0]],
        change.owner_title.casefold(),
        change.group,
        _PLACES[change.kind],
        change.key,
    )
