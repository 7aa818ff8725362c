"""Where at the desk a row is edited that a review names by its kind and key."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from django.urls import reverse

from planner.documents.differences import Change
from planner.models import (
    Claim,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Requirement,
    Role,
    Skill,
    Source,
)

# The kinds that have a page of their own, and the name of their key.
PAGES = {
    "source": (Source, "slug"),
    "fieldofstudy": (FieldOfStudy, "code"),
    "degree": (Degree, "slug"),
    "role": (Role, "slug"),
    "skill": (Skill, "slug"),
    "milestone": (Milestone, "slug"),
    "requirement": (Requirement, "key"),
    "figure": (Figure, "key"),
    "claim": (Claim, "key"),
}


def addresses(names: Iterable[str]) -> dict[str, str]:
    """Return the page of each row that is there: role:nurse, figure:nurse-pay.

    A name with a question mark, role?is_generated, leads to the list of such rows.
    """
    wanted: dict[str, set[str]] = {}
    found: dict[str, str] = {}
    for name in names:
        kind, colon, key = name.partition(":")
        if colon and kind in PAGES:
            wanted.setdefault(kind, set()).add(key)
        kind, mark, field = name.partition("?")
        if mark:
            found[name] = f"{_list(kind)}?{field}__exact=1"
    for kind, keys in wanted.items():
        model, field = PAGES[kind]
        rows = model._default_manager.filter(**{f"{field}__in": keys})
        for pk, key in rows.values_list("pk", field):
            found[f"{kind}:{key}"] = reverse(f"admin:planner_{kind}_change", args=[pk])
    return found


def names_of(change: Change) -> list[str]:
    """Return what could be opened to edit a changed row, the nearest first."""
    return [f"{change.kind}:{change.key}", change.owner]


def address_of(change: Change, found: Mapping[str, str]) -> str:
    """Return where a changed row is edited; empty where it is no more."""
    return next((found[name] for name in names_of(change) if name in found), "")


def _list(kind: str) -> str:
    return reverse(f"admin:planner_{kind}_changelist")
