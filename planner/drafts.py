"""Draft routes made from the public data that was imported, kept as rows.

Editors find them at the desk like any other rows. What an editor has reviewed or
changed is theirs: making the drafts anew leaves it alone, and says so.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from planner.drafting.routes import Draft, Drafted, Edition, PublicFacts, draft_routes
from planner.loading import Entry, Loading, Model, values_of
from planner.models import (
    MODELS,
    Alternative,
    Degree,
    FieldOfStudy,
    Milestone,
    Occupation,
    Reading,
    Release,
    Role,
    Skill,
    User,
)
from planner.models.catalogue import NaturalKeyModel, Node, Thing, node_of
from planner.models.history import editing
from planner.services import all_or_nothing

THINGS: dict[str, type[Thing]] = {
    "degree": Degree,
    "role": Role,
    "skill": Skill,
    "milestone": Milestone,
}
CHILDREN: tuple[type[NaturalKeyModel], ...] = tuple(
    model for model in MODELS if not issubclass(model, Thing)
)
NEEDED = {
    Release.Kind.ONET: "the O*NET database",
    Release.Kind.PROJECTIONS: "the employment projections",
    Release.Kind.NEM: "the crosswalk from O*NET-SOC to the matrix",
    Release.Kind.CIP_SOC: "the crosswalk from CIP to SOC",
}


class NothingToDraftFrom(Exception):
    """A public data set that every route needs was not imported yet."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stored:
    """What became of the drafts: numbers of rows and, by id, things left alone."""

    added: int
    changed: int
    removed: int
    unchanged: int
    reviewed: tuple[str, ...]  # an editor has reviewed them
    edited: tuple[str, ...]  # an editor has changed them, and not reviewed yet
    drafted: Drafted


def make_drafts(*, by: User | None = None) -> Stored:
    """Make the draft routes from the newest releases, in one transaction.

    Raises NothingToDraftFrom where a release is missing, and CatalogueProblems, with
    each row that cannot be stored, where a draft breaks a rule of the catalogue.
    """
    with all_or_nothing(), editing(user=by, why=_("Drafted from public data")):
        return _store(_drafted(read_public_facts()))


def without_career() -> dict[str, tuple[str, str]]:
    """Return the occupations that have no career: title and reason, by O*NET-SOC code.

    It is empty where no public data were imported.
    """
    try:
        facts = read_public_facts()
    except NothingToDraftFrom:
        return {}
    return {
        code: (facts.onet.readings[code]["occupation"]["title"], reason)
        for code, reason in _drafted(facts).refused.items()
    }


def _drafted(facts: PublicFacts) -> Drafted:
    return draft_routes(facts, reviewed=_reviewed_careers(), taken=_taken_slugs())


def read_public_facts() -> PublicFacts:
    """Return the newest release of each kind, in two queries a kind."""
    newest: dict[str, Release] = {}
    for release in Release.objects.in_force():
        # An edition of O*NET may be had in part: the newest with occupations counts.
        is_part = release.kind == Release.Kind.ONET and (
            "occupation" not in release.facts.get("tables", ())
        )
        if not is_part:
            newest.setdefault(release.kind, release)
    if missing := [name for kind, name in NEEDED.items() if kind not in newest]:
        raise NothingToDraftFrom(
            _("Import %(missing)s first; see `manage.py import_public_data`.")
            % {"missing": ", ".join(missing)}
        )
    return PublicFacts(
        onet=_edition(newest[Release.Kind.ONET]),
        projections=_edition(newest[Release.Kind.PROJECTIONS]),
        crosswalk=_edition(newest[Release.Kind.NEM]),
        fields=_edition(newest[Release.Kind.CIP_SOC]),
        field_titles=dict(FieldOfStudy.objects.values_list("code", "title")),
    )


def _edition(release: Release) -> Edition:
    readings = Reading.objects.filter(release=release).values_list("code", "facts")
    return Edition(source=release.source.slug, readings=dict(readings.order_by("code")))


def _reviewed_careers() -> dict[str, str]:
    """Return the career that editors keep for each code that is a career's own.

    A note beside a code says that the career only comes near it.
    """
    own = Occupation.objects.filter(
        role__is_career=True, role__is_generated=False, note=""
    )
    return dict(own.order_by("-role__position").values_list("code", "role__slug"))


def _taken_slugs() -> set[str]:
    return set(Role.objects.filter(is_generated=False).values_list("slug", flat=True))


def _store(drafted: Drafted) -> Stored:
    before = _fingerprints()
    reviewed, edited, fed = [], [], []
    for draft in drafted.drafts:
        kind, _colon, slug = draft.thing.partition(":")
        held = before.get((kind, slug))
        if held is not None and not held.is_generated:
            reviewed.append(draft.thing)
        elif held is not None and held.made_as != held.is_now:
            edited.append(draft.thing)
        else:
            fed.append(draft)
    loading = Loading(among_others=True)
    loading.take(_entries_of(fed))
    removed = _remove_rest(fed, loading)
    _keep_fingerprints(fed)
    added, changed = len(loading.added), len(loading.changed)
    return Stored(
        added=added,
        changed=changed,
        removed=removed,
        unchanged=sum(len(draft.rows) for draft in fed) - added - changed,
        reviewed=tuple(reviewed),
        edited=tuple(edited),
        drafted=drafted,
    )


def _entries_of(drafts: Iterable[Draft]) -> dict[Model, list[Entry]]:
    by_name = {model._meta.model_name: model for model in MODELS}
    found: dict[Model, list[Entry]] = {}
    for draft in drafts:
        for row in draft.rows:
            found.setdefault(by_name[row.model], []).append(
                Entry(draft.thing, row.fields)
            )
    return found


# Which rows are as they were made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A thing that is stored: whether it is a draft, as it was made, as it is now."""

    is_generated: bool
    made_as: str
    is_now: str


def _fingerprints() -> dict[tuple[str, str], _Held]:
    """Return how each thing stands, by kind and slug."""
    contents: dict[Node, list[Any]] = {}
    for model in CHILDREN:
        for row, owner in _owned(model):
            contents.setdefault(owner, []).append([model._meta.model_name, _plain(row)])
    taken: dict[int, list[int]] = {}
    for pk, field in Degree.counts_as.through.objects.values_list(
        "degree_id", "fieldofstudy_id"
    ):
        taken.setdefault(pk, []).append(field)
    found = {}
    for kind, thing_model in THINGS.items():
        for thing in thing_model._default_manager.all():
            content = [
                _plain(thing),
                sorted(taken.get(thing.pk, [])) if kind == "degree" else [],
                sorted(contents.get((kind, thing.pk), []), key=repr),
            ]
            found[kind, thing.slug] = _Held(
                is_generated=thing.is_generated,
                made_as=thing.generated_as,
                is_now=hashlib.sha256(json.dumps(content).encode()).hexdigest(),
            )
    return found


def _owned(model: Model) -> Iterable[tuple[Any, Node]]:
    """Yield the rows of a model, each with the thing that it belongs to."""
    rows: Any = model._default_manager.all()
    if model is Alternative:
        rows = rows.select_related("requirement")
    for row in rows:
        owner = node_of(row.requirement if model is Alternative else row)
        if owner is not None:
            yield row, owner


def _plain(row: Any) -> dict[str, str]:
    return {name: str(value) for name, value in values_of(row).items()}


def _keep_fingerprints(drafts: Iterable[Draft]) -> None:
    now = _fingerprints()
    for kind, model in THINGS.items():
        slugs = {
            draft.thing.partition(":")[2]
            for draft in drafts
            if draft.thing.startswith(f"{kind}:")
        }
        rows = [
            row
            for row in model._default_manager.filter(is_generated=True)
            if row.slug in slugs and row.generated_as != now[kind, row.slug].is_now
        ]
        for row in rows:
            row.generated_as = now[kind, row.slug].is_now
        model._default_manager.bulk_update(rows, ["generated_as"], batch_size=500)


def _remove_rest(drafts: Iterable[Draft], loading: Loading) -> int:
    """Remove what belonged to a draft and is no part of it any more."""
    wanted = {draft.thing for draft in drafts}
    ids: Mapping[Node, str] = {
        (kind, pk): f"{kind}:{slug}"
        for kind, model in THINGS.items()
        for pk, slug in model._default_manager.values_list("pk", "slug")
    }
    removed = 0
    for model in reversed(CHILDREN):
        stale = [
            row.pk
            for row, owner in _owned(model)
            if ids[owner] in wanted and (model, row.natural_key()) not in loading.seen
        ]
        removed += len(stale)
        model._default_manager.filter(pk__in=stale).delete()
    return removed
