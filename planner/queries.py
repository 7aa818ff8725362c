"""Rows become facts; lists become what a page needs."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from threading import Lock
from typing import Any
from uuid import UUID

from planner.documents.catalogue import read_catalogue, read_pay
from planner.documents.public import Said
from planner.engine.facts import Catalogue
from planner.engine.worth import PayFigure
from planner.models import CatalogueVersion, Reading

OLDER_KEPT = 4  # versions, of 20 to 30 MB each where all occupations are in them


class NothingPublished(Exception):
    """There is no published version of the catalogue yet."""

    def __init__(self) -> None:
        super().__init__(
            "No version of the catalogue is published yet. "
            "Run `manage.py load_catalogue`, or publish one at the desk."
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """A published version: its name, the facts for plans, the document for pages.

    It is shared by everybody in the process: read it, never write to it.
    """

    version: str
    catalogue: Catalogue
    document: Mapping[str, Any]
    pay: Mapping[str, PayFigure]  # a year, by role
    index: UUID | None  # what it is searched by, if that was made


def said_of(version: Published, slug: str) -> list[Said]:
    """Return what the releases of a version say of a career, in one query.

    The newest release comes first, of each by code.
    """
    roles = version.document["roles"]
    role = next((role for role in roles if role["slug"] == slug), None)
    if role is None or not version.document["releases"]:
        return []
    digests = [release["digest"] for release in version.document["releases"]]
    readings = Reading.objects.filter(
        release__digest__in=digests, code__in=role["codes"]
    ).select_related("release__source")
    found = sorted(
        readings,
        key=lambda reading: (digests.index(reading.release.digest), reading.code),
    )
    # Of an older edition only that is read which the newer ones do not have at all.
    newer: dict[str, set[str]] = {}
    apart: dict[str, set[str]] = {}
    for reading in found:
        release = reading.release
        if release.digest not in apart:
            held = newer.setdefault(release.kind, set())
            apart[release.digest] = set(held)
            held.update(release.facts.get("tables", ()))
    return [
        reading.release.said(
            reading.code,
            {
                table: facts
                for table, facts in reading.facts.items()
                if table not in apart[reading.release.digest]
            },
        )
        for reading in found
    ]


_lock = Lock()
_kept: tuple[tuple[int, str, UUID | None], Published] | None = None


def published() -> Published:
    """Return the current version: one small query, and one more when it is new here.

    The process keeps what it read last. A version never changes, so number and
    digest say all there is to know about whether that is still the current one; and
    its search index, whether it is searched by another one by now.
    """
    global _kept
    newest = (
        CatalogueVersion.objects.order_by("-number")
        .values_list("number", "digest", "search_index")
        .first()
    )
    if newest is None:
        raise NothingPublished
    kept = _kept
    if kept is not None and kept[0] == newest:
        return kept[1]
    with _lock:  # one thread reads it, and the others wait for what it read
        if _kept is None or _kept[0] != newest:
            _kept = (newest, _read(newest[0], newest[2]))
        return _kept[1]


def published_as(name: str) -> Published:
    """Return the version of this name, which may be an older one, for its plans.

    The process keeps the last few. Raises CatalogueVersion.DoesNotExist.
    """
    kept = _kept
    if kept is not None and kept[1].version == name:
        return kept[1]
    return _read_older(name)


@lru_cache(maxsize=OLDER_KEPT)
def _read_older(name: str) -> Published:
    return _read(number_in(name), None)


def number_in(name: str) -> int:
    """Return the number of a version from its name, such as 3-ac6881c83897."""
    return int(name.partition("-")[0])


def _read(number: int, index: UUID | None) -> Published:
    version = CatalogueVersion.objects.get(number=number)
    document = json.loads(version.document)
    return Published(
        version=version.name,
        catalogue=read_catalogue(document, version.name),
        document=document,
        pay=read_pay(document),
        index=index,
    )
