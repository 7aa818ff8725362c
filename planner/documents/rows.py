"""A catalogue document becomes rows again: the way back of `build_document`.

The rows are Django fixtures by natural key, as in `fixtures/catalogue/`, and in no
order that matters. Every field that editors curate is in them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from planner.documents.catalogue import NAME, SHELVES

Row = dict[str, Any]  # {"model": "planner.skill", "fields": {…}}


def rows_in(document: Mapping[str, Any]) -> Iterator[Row]:
    """Yield the rows that a document was built from.

    Raises ValueError if the document is of a kind that rows cannot be made from.
    """
    found = document.get("schema")
    if found != NAME:
        raise ValueError(f"This is no {NAME} document, its schema is {found!r}.")
    try:
        yield from _rows(document)
    except KeyError as error:
        raise ValueError(
            f"This version was published before versions had {error}; rows cannot be "
            "made from it."
        ) from error


def _rows(document: Mapping[str, Any]) -> Iterator[Row]:
    for slug, source in document["sources"].items():
        yield _row("source", slug=slug, **source)
    for code, title in document["fields"].items():
        yield _row("fieldofstudy", code=code, title=title)
    for kind, shelf in SHELVES.items():
        for entry in document[shelf]:
            yield _thing(kind, entry)
            yield from _below(kind, entry)


def _thing(kind: str, entry: Mapping[str, Any]) -> Row:
    fields = _some(entry, "slug", "title", "summary", "position", "is_generated")
    if kind == "degree":
        fields["level"] = entry["level"]
        fields["field"] = _key(entry["field"] or None)
        fields["counts_as"] = [_key(code) for code in entry["counts_as"]]
    elif kind == "role":
        fields |= _some(entry, "is_career", "is_entry")
        fields["search"] = _key(entry["search"])
        fields["search_share"] = _number(entry["search_share"])
        fields["related"] = [_key(slug) for slug in entry["related"]]
    elif kind == "skill":
        fields["nature"] = entry["nature"]
    else:
        fields |= _some(entry, "nature", "status_note", "is_closed")
    if kind in {"degree", "milestone"}:
        window = entry["window"] or {"from": "", "to": ""}
        fields["starts"] = entry["starts"]
        fields["window_from"], fields["window_to"] = window["from"], window["to"]
    return {"model": f"planner.{kind}", "fields": fields}


def _below(kind: str, entry: Mapping[str, Any]) -> Iterator[Row]:
    """Yield what hangs below a thing."""
    owner = {kind: _key(entry["slug"])}
    for mode in entry.get("modes", ()):
        yield _mode(mode, owner)
    for requirement in entry["requires"]:
        fields = _some(requirement, "key", "position", "text", "strength", "scope")
        yield _row("requirement", **fields, **_sourced(requirement), **owner)
        for alternative in requirement["alternatives"]:
            yield _alternative(alternative, requirement["key"])
    for teaching in entry.get("teaches", ()):
        yield _row(
            "teaching",
            key=teaching["key"],
            skill=_key(teaching["skill"]),
            is_full=teaching["is_full"],
            **_sourced(teaching),
            **owner,
        )
    for code in entry.get("occupations", ()):
        yield _row("occupation", **{**code, **_sourced(code)}, **owner)
    for title in entry.get("alternate_titles", ()):
        yield _row("alternatetitle", **{**title, **_sourced(title)}, **owner)
    for point in entry.get("points", ()):
        yield _row("point", **{**point, **_sourced(point)}, **owner)
    for figure in entry.get("figures", ()):
        value = {"value": _number(figure["value"])}
        yield _row("figure", **{**figure, **value, **_sourced(figure)}, **owner)
    for claim in entry.get("claims", ()):
        named = {name: _key(claim[name]) for name in ("article", "figure", "today")}
        yield _row("claim", **{**claim, **named}, **owner)


def _mode(mode: Mapping[str, Any], owner: Mapping[str, Any]) -> Row:
    takes, cost = mode["takes"], mode["cost"]
    return _row(
        "mode",
        **_some(mode, "key", "position", "name", "is_main", "is_academic"),
        **{name: _number(takes[name]) for name in ("low", "likely", "high")},
        unit=takes["unit"],
        hours_per_week=_number(mode["hours_per_week"]),
        cost=None if cost is None else _number(cost["amount"]),
        cost_per="" if cost is None else cost["per"],
        cost_source=None if cost is None else _key(cost["source"]),
        **_sourced(mode),
        **owner,
    )


def _alternative(alternative: Mapping[str, Any], requirement: str) -> Row:
    kind, _, slug = (alternative["thing"] or "").partition(":")
    months = alternative["months"] or {"low": None, "likely": None, "high": None}
    return _row(
        "alternative",
        key=alternative["key"],
        position=alternative["position"],
        requirement=_key(requirement),
        level=alternative["level"] or "",
        share=_number(alternative["share"]),
        **{f"months_{name}": _number(value) for name, value in months.items()},
        **({kind: _key(slug)} if kind else {}),
    )


def _row(model: str, **fields: Any) -> Row:
    return {"model": f"planner.{model}", "fields": fields}


def _some(entry: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: entry[name] for name in names}


def _sourced(entry: Mapping[str, Any]) -> dict[str, Any]:
    return {"source": _key(entry["source"])}


def _key(name: str | None) -> list[str] | None:
    """Return a natural key as a fixture writes it."""
    return None if name is None else [name]


def _number(value: float | None) -> str | None:
    """Write 0.9 as it reads: the nearest binary fraction has too many digits."""
    return None if value is None else str(value)
