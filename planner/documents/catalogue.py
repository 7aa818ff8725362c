"""The catalogue as one document: what a published version holds.

The document is canonical JSON: keys sorted, no blanks, numbers without needless
zeros. The same facts therefore give the same bytes and the same digest, on every
database. `SCHEMA` describes its shape, key by key.

Lists have a meaning in their order. Degrees, roles, skills and milestones stand
by position and slug; modes, requirements and alternatives by position and key.
`source` is always a key of `sources`; `thing` is `kind:slug`. All that editors
curate is in it, so that the rows can be made again from it (`planner.documents.rows`).
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from planner.documents.public import all_figures
from planner.engine.facts import (
    LEVELS,
    Alternative,
    Catalogue,
    Cost,
    Degree,
    Estimate,
    Milestone,
    Mode,
    Requirement,
    Role,
    Skill,
    Teaching,
    Window,
)
from planner.engine.worth import PayFigure

NAME = "careerpath/catalogue/1"


def canonical(document: Mapping[str, Any]) -> str:
    """Return a document as the one text that stands for it."""
    return json.dumps(
        document,
        sort_keys=True,
        separators=(",", ":"),
        ensure_ascii=False,
        allow_nan=False,
    )


def digest_of(text: str) -> str:
    """Return the SHA-256 of a document's text, in 64 hexadecimal digits."""
    return hashlib.sha256(text.encode()).hexdigest()


def read_catalogue(document: Mapping[str, Any], version: str) -> Catalogue:
    """Return the facts that plans stand on; the name of the version goes with them.

    Raises ValueError, with a sentence about the thing to mend, if the document is
    of another kind, or if what it says cannot be (a circle, a name of nothing).
    """
    found = document.get("schema")
    if found != NAME:
        raise ValueError(f"This is no {NAME} document, its schema is {found!r}.")
    return Catalogue(
        version=version,
        degrees={entry["slug"]: _degree(entry) for entry in document["degrees"]},
        roles={entry["slug"]: _role(entry) for entry in document["roles"]},
        skills={entry["slug"]: Skill(**_common(entry)) for entry in document["skills"]},
        milestones={
            entry["slug"]: _milestone(entry) for entry in document["milestones"]
        },
        fields=dict(document["fields"]),
        currency=document["currency"],
    )


def needs_of(document: Mapping[str, Any]) -> dict[str, list[str]]:
    """Return, for the id of each thing, the ids that its requirements can lead to.

    The same as `engine.facts.edges`, for a document that may have a circle in it:
    a catalogue of the engine refuses to be made of one.
    """
    by_level: dict[str, list[str]] = {}
    for degree in document["degrees"]:
        if not degree["is_generated"]:
            by_level.setdefault(degree["level"], []).append(f"degree:{degree['slug']}")
    found: dict[str, list[str]] = {}
    for thing_id, entry in things_in(document):
        names: set[str] = set()
        for requirement in entry["requires"]:
            for alternative in requirement["alternatives"]:
                if alternative["thing"] is not None:
                    names.add(alternative["thing"])
                else:
                    names.update(by_level.get(alternative["level"], ()))
        if entry.get("search"):
            names.add(f"milestone:{entry['search']}")
        found[thing_id] = sorted(names)
    return found


def read_pay(document: Mapping[str, Any]) -> dict[str, PayFigure]:
    """Return the median pay a year of each role that has one, by slug.

    Of each occupation that a role is counted under it is the newest. Where there are
    several, none is the role's own: it is the middle one, the lower of two.
    """
    found = {}
    for role in document["roles"]:
        newest: dict[str, PayFigure] = {}
        for figure in all_figures(role):
            if figure["measure"] != "annual-wage-median" or figure["value"] is None:
                continue
            pay = PayFigure(
                amount=figure["value"],
                source=figure["source"],
                as_of=figure["as_of"],
                code=figure["soc_code"],
            )
            held = newest.get(pay.code)
            if held is None or _year(pay.as_of) > _year(held.as_of):
                newest[pay.code] = pay
        if newest:
            pays = sorted(newest.values(), key=lambda pay: (pay.amount, pay.code))
            found[role["slug"]] = pays[(len(pays) - 1) // 2]
    return found


def _year(as_of: str) -> int:
    """Return the year in a text such as May 2025, the last one of several."""
    return max((int(year) for year in re.findall(r"\b\d{4}\b", as_of)), default=0)


def titles_in(document: Mapping[str, Any]) -> dict[str, str]:
    """Return the title of each thing by its id."""
    return {thing_id: entry["title"] for thing_id, entry in things_in(document)}


def things_in(document: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the id and the entry of each thing, in the order of the document."""
    for kind, shelf in SHELVES.items():
        for entry in document[shelf]:
            yield f"{kind}:{entry['slug']}", entry


SHELVES = {
    "degree": "degrees",
    "role": "roles",
    "skill": "skills",
    "milestone": "milestones",
}


def _degree(entry: Mapping[str, Any]) -> Degree:
    return Degree(
        **_common(entry),
        level=entry["level"],
        field=entry["field"],
        counts_as=tuple(entry["counts_as"]),
    )


def _role(entry: Mapping[str, Any]) -> Role:
    return Role(
        **_common(entry),
        is_career=entry["is_career"],
        search=entry["search"],
        search_share=entry["search_share"],
    )


def _milestone(entry: Mapping[str, Any]) -> Milestone:
    return Milestone(
        **_common(entry),
        # Full-time courses are study; of all milestones only internships are work.
        is_work=entry["nature"] == "internship",
        is_closed=entry["is_closed"],
    )


def _common(entry: Mapping[str, Any]) -> dict[str, Any]:
    """Return what all four kinds have, as arguments."""
    return {
        "slug": entry["slug"],
        "title": entry["title"],
        "summary": entry["summary"],
        "is_generated": entry["is_generated"],
        "modes": tuple(_mode(mode) for mode in entry.get("modes", ())),
        "starts": entry.get("starts", "any"),
        "window": _window(entry["window"]) if entry.get("starts") == "window" else None,
        "requires": tuple(_requirement(needed) for needed in entry["requires"]),
        "teaches": tuple(
            Teaching(skill=taught["skill"], is_full=taught["is_full"])
            for taught in entry.get("teaches", ())
        ),
        "sources": tuple(entry["sources"]),
    }


def _mode(entry: Mapping[str, Any]) -> Mode:
    cost = entry["cost"]
    return Mode(
        name=entry["name"],
        takes=_estimate(entry["takes"], entry["takes"]["unit"]),
        hours_per_week=entry["hours_per_week"],
        is_main=entry["is_main"],
        is_academic=entry["is_academic"],
        cost=None
        if cost is None
        else Cost(amount=cost["amount"], per=cost["per"], source=cost["source"]),
        source=entry["source"],
    )


def _estimate(entry: Mapping[str, Any], unit: Any) -> Estimate:
    return Estimate(
        low=entry["low"], likely=entry["likely"], high=entry["high"], unit=unit
    )


def _window(entry: Mapping[str, str]) -> Window:
    from_month, from_day = _month_and_day(entry["from"])
    to_month, to_day = _month_and_day(entry["to"])
    return Window(
        from_month=from_month, from_day=from_day, to_month=to_month, to_day=to_day
    )


def _month_and_day(text: str) -> tuple[int, int]:
    month, _, day = text.partition("-")
    return int(month), int(day)


def _requirement(entry: Mapping[str, Any]) -> Requirement:
    return Requirement(
        text=entry["text"],
        alternatives=tuple(_alternative(way) for way in entry["alternatives"]),
        strength=entry["strength"],
        scope=entry["scope"],
    )


def _alternative(entry: Mapping[str, Any]) -> Alternative:
    months = entry["months"]
    return Alternative(
        thing=entry["thing"],
        level=entry["level"],
        share=entry["share"],
        months=None if months is None else _estimate(months, "months"),
    )


# The shape, as a JSON Schema. Objects have exactly the keys that stand here, so
# that a page never meets a key that is sometimes missing.


def _object(**properties: Any) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": sorted(properties),
        "additionalProperties": False,
    }


def _list(items: Any) -> dict[str, Any]:
    return {"type": "array", "items": items}


def _or_null(shape: Mapping[str, Any]) -> dict[str, Any]:
    return {"anyOf": [shape, {"type": "null"}]}


def _one_of(values: Sequence[str]) -> dict[str, Any]:
    return {"enum": list(values)}


_TEXT = {"type": "string"}
_WORDS = {"type": "string", "minLength": 1}
_YES_OR_NO = {"type": "boolean"}
_NUMBER = {"type": "number"}
_AMOUNT = {"type": "number", "minimum": 0}
_SHARE = {"type": "number", "exclusiveMinimum": 0, "maximum": 1}
_DAY = {"type": "string", "pattern": r"^(\d\d-\d\d)?$"}
_PLACE = {"type": "integer", "minimum": 0}  # the lower number comes first
_SLUG = {"type": "string", "pattern": r"^[-a-zA-Z0-9_]+$"}
_THING = {"type": "string", "pattern": r"^(degree|role|skill|milestone):"}
_POINTS = {"low": _AMOUNT, "likely": _AMOUNT, "high": _AMOUNT}

_MODE = _object(
    key=_SLUG,
    position=_PLACE,
    name=_WORDS,
    takes=_object(**_POINTS, unit=_one_of(["years", "months", "weeks", "hours"])),
    hours_per_week=_or_null(_AMOUNT),
    is_main=_YES_OR_NO,
    is_academic=_YES_OR_NO,
    source=_SLUG,
    cost=_or_null(
        _object(amount=_AMOUNT, per=_one_of(["year", "whole"]), source=_SLUG)
    ),
)
_REQUIREMENT = _object(
    key=_SLUG,
    position=_PLACE,
    text=_WORDS,
    strength=_one_of(["required", "recommended", "optional"]),
    scope=_one_of(["always", "as-target", "on-the-way"]),
    source=_SLUG,
    alternatives=_list(
        _object(
            key=_SLUG,
            position=_PLACE,
            thing=_or_null(_THING),
            level=_or_null(_one_of(LEVELS)),
            share=_SHARE,
            months=_or_null(_object(**_POINTS)),
        )
    ),
)
_TEACHING = _object(key=_SLUG, skill=_SLUG, is_full=_YES_OR_NO, source=_SLUG)
_THINGS = {
    "slug": _SLUG,
    "title": _WORDS,
    "summary": _TEXT,
    "position": _PLACE,
    "is_generated": _YES_OR_NO,  # made from public data, and reviewed by nobody yet
    "requires": _list(_REQUIREMENT),
    "sources": _list(_SLUG),  # of everything below it, each once, by slug
}
_STARTING = {
    "starts": _one_of(["any", "term", "window"]),
    # Of no account unless it starts in a window.
    "window": _or_null(_object(**{"from": _DAY, "to": _DAY})),
}
_CLAIM = _object(
    key=_SLUG,
    position=_PLACE,
    states=_WORDS,
    article=_SLUG,
    finding=_WORDS,
    verdict=_one_of(["confirmed", "misread", "outdated", "contradicted", "unverified"]),
    figure=_or_null(_SLUG),  # the key of a figure, of this role or another
    today=_or_null(_SLUG),
)
_FIGURE = _object(
    key=_SLUG,
    position=_PLACE,
    measure=_SLUG,
    value=_or_null(_NUMBER),
    text=_TEXT,
    unit=_TEXT,
    as_of=_WORDS,
    soc_code=_WORDS,
    source=_SLUG,
    cell=_WORDS,
    note=_TEXT,
)

SCHEMA: dict[str, Any] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "A published version of the catalogue",
    **_object(
        schema={"const": NAME},
        currency={"const": "USD"},
        sources={
            "type": "object",
            "additionalProperties": _object(
                title=_WORDS,
                publisher=_WORDS,
                url=_TEXT,
                as_of=_WORDS,
                licence=_WORDS,
                attribution=_TEXT,
                is_judgement=_YES_OR_NO,
                confidence=_one_of(["primary", "secondary", "judgement"]),
            ),
        },
        fields={"type": "object", "additionalProperties": _WORDS},  # by CIP code
        releases=_list(
            _object(
                kind=_SLUG,
                edition=_WORDS,
                digest=_WORDS,
                source=_SLUG,
                codes=_AMOUNT,  # how many it speaks of
            )
        ),
        degrees=_list(
            _object(
                **_THINGS,
                **_STARTING,
                level=_one_of(LEVELS),
                field=_TEXT,  # a CIP code; empty takes any field
                counts_as=_list(_TEXT),
                modes=_list(_MODE),
                teaches=_list(_TEACHING),
            )
        ),
        roles=_list(
            _object(
                **_THINGS,
                is_career=_YES_OR_NO,
                is_entry=_YES_OR_NO,
                search=_or_null(_SLUG),
                search_share=_SHARE,
                teaches=_list(_TEACHING),
                occupations=_list(
                    _object(code=_WORDS, title=_WORDS, source=_SLUG, note=_TEXT)
                ),
                alternate_titles=_list(_object(title=_WORDS, source=_SLUG)),
                points=_list(
                    _object(
                        key=_SLUG,
                        position=_PLACE,
                        nature=_one_of(["duty", "qualification", "pro", "con"]),
                        text=_WORDS,
                        source=_SLUG,
                    )
                ),
                figures=_list(_FIGURE),
                codes=_list(_WORDS),  # under which releases of public data have it
                public_figures=_list(_FIGURE),  # copied out of these releases
                claims=_list(_CLAIM),
                related=_list(_SLUG),
            )
        ),
        skills=_list(
            _object(
                **_THINGS,
                nature=_one_of(["knowledge", "language", "tool", "practice"]),
                modes=_list(_MODE),
            )
        ),
        milestones=_list(
            _object(
                **_THINGS,
                **_STARTING,
                nature=_one_of(
                    [
                        "internship",
                        "project",
                        "certification",
                        "course",
                        "exam",
                        "search",
                    ]
                ),
                status_note=_TEXT,
                is_closed=_YES_OR_NO,
                modes=_list(_MODE),
                teaches=_list(_TEACHING),
            )
        ),
    ),
}
