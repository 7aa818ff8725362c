"""The draft beside what is published: what changed, what is wrong, what it would do."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from planner import keeping
from planner.building import build_document
from planner.documents.attention import Concern, concerns_in
from planner.documents.catalogue import canonical, digest_of, read_catalogue
from planner.documents.differences import Change, differences
from planner.documents.review import Finding, blocking_in
from planner.effects import Effect, effect_of, sample_of
from planner.engine.facts import Catalogue
from planner.models import CatalogueVersion
from planner.models.locks import at_one_moment
from planner.services import Seen

MOST_CAREERS = 40  # planned to show an effect
MOST_SECONDS = 20.0  # on a page; who has more time runs the command


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """The draft, held against the version that is published now."""

    published: CatalogueVersion | None
    digest: str
    changes: tuple[Change, ...]
    problems: tuple[Finding, ...]  # that keep the draft from being published
    concerns: tuple[Concern, ...]  # that do not

    @property
    def seen(self) -> Seen:
        return Seen(draft=self.digest, published=_number(self.published))


@dataclass(frozen=True, slots=True, kw_only=True)
class WayBack:
    """What going back to a version would change, and whose edits would be lost."""

    version: CatalogueVersion
    seen: Seen
    changes: tuple[Change, ...]  # from the draft to the version
    lost: tuple[Change, ...]  # what editors did since the newest version


def review(today: date) -> Review:
    """Hold the draft against what is published."""
    document, published = _both()
    before = None if published is None else json.loads(published.document)
    return Review(
        published=published,
        digest=digest_of(canonical(document)),
        changes=differences(before, document),
        problems=tuple(blocking_in(document)),
        concerns=tuple(concerns_in(document, today)),
    )


def way_back(version: CatalogueVersion) -> WayBack:
    """Hold a version against the draft that it would take the place of."""
    document, newest = _both()
    published = None if newest is None else json.loads(newest.document)
    return WayBack(
        version=version,
        seen=Seen(draft=digest_of(canonical(document)), published=_number(newest)),
        changes=differences(document, json.loads(version.document)),
        lost=differences(published, document),
    )


def effect(
    today: date,
    *,
    most_careers: int | None = MOST_CAREERS,
    is_enough: Callable[[], bool] = lambda: False,
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> Effect:
    """Plan kept roadmaps as published and as drafted, as they stand on a day.

    For a career that nobody keeps one for, three people are planned instead. Raises
    ValueError if the draft is none that plans can stand on, and NothingToCompare if
    nothing is published yet.
    """
    draft, published = both_catalogues()
    if published is None:
        raise NothingToCompare
    kept = list(keeping.answers_kept(today))
    careers = {background.career for _name, background in kept}
    sample = (
        (name, background)
        for name, background in sample_of(published, draft, today)
        if background.career not in careers
    )
    return effect_of(
        [*kept, *sample],
        published,
        draft,
        most_careers=most_careers,
        is_enough=is_enough,
        progress=progress,
    )


class NothingToCompare(Exception):
    """Nothing is published yet, so nothing can be moved."""


def both_catalogues() -> tuple[Catalogue, Catalogue | None]:
    """Return the facts of the draft, and of the published version if there is one.

    Raises ValueError, with a sentence, if the draft is none that plans can stand on.
    """
    document, newest = _both()
    draft = read_catalogue(document, "draft")
    if newest is None:
        return draft, None
    return draft, read_catalogue(json.loads(newest.document), newest.name)


def _both() -> tuple[Mapping[str, Any], CatalogueVersion | None]:
    with at_one_moment():
        return build_document(), CatalogueVersion.objects.order_by("-number").first()


def _number(version: CatalogueVersion | None) -> int:
    return 0 if version is None else version.number
