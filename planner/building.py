"""The rows that editors curate become the document that is published."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.db import models

from planner.documents.catalogue import NAME
from planner.documents.public import HEADLINES, Said, codes_of, headline_figures
from planner.models import (
    AlternateTitle,
    Alternative,
    Claim,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Mode,
    Occupation,
    Point,
    Reading,
    Release,
    Requirement,
    Role,
    Skill,
    Source,
    Teaching,
)
from planner.models.catalogue import Node, node_of


def build_document() -> dict[str, Any]:
    """Copy the rows into a catalogue document, in 18 queries however many they are.

    Two more read public data, where some were imported.

    Everything is sorted here and not by the database: two databases disagree
    about the order of words.
    """
    sources = {source.pk: source for source in Source.objects.all()}
    fields = {field.pk: field for field in FieldOfStudy.objects.all()}
    degrees = {degree.pk: degree for degree in Degree.objects.all()}
    roles = {role.pk: role for role in Role.objects.all()}
    skills = {skill.pk: skill for skill in Skill.objects.all()}
    milestones = {milestone.pk: milestone for milestone in Milestone.objects.all()}
    slugs: dict[str, dict[int, str]] = {
        "source": {pk: row.slug for pk, row in sources.items()},
        "degree": {pk: row.slug for pk, row in degrees.items()},
        "role": {pk: row.slug for pk, row in roles.items()},
        "skill": {pk: row.slug for pk, row in skills.items()},
        "milestone": {pk: row.slug for pk, row in milestones.items()},
    }
    figures = list(Figure.objects.all())
    parts = _Parts(slugs, {figure.pk: figure.key for figure in figures})

    taken: dict[int, list[str]] = {}
    for link in Degree.counts_as.through.objects.all():
        taken.setdefault(link.degree_id, []).append(fields[link.fieldofstudy_id].code)
    related: dict[int, list[str]] = {}
    for tie in Role.related.through.objects.all():
        related.setdefault(tie.from_role_id, []).append(roles[tie.to_role_id].slug)

    modes = parts.by_owner(Mode.objects.all(), parts.mode)
    for alternative in sorted(Alternative.objects.all(), key=_place):
        parts.alternatives.setdefault(alternative.requirement_id, []).append(
            parts.alternative(alternative)
        )
    requires = parts.by_owner(Requirement.objects.all(), parts.requirement)
    teaches = parts.by_owner(Teaching.objects.all(), parts.teaching)
    occupations = parts.by_owner(Occupation.objects.all(), parts.occupation)
    titles = parts.by_owner(AlternateTitle.objects.all(), parts.alternate_title)
    points = parts.by_owner(Point.objects.all(), parts.point)
    published_figures = parts.by_owner(figures, parts.figure)
    claims = parts.by_owner(Claim.objects.all(), parts.claim)
    public = _Public()

    def common(row: Degree | Role | Skill | Milestone, **more: Any) -> dict[str, Any]:
        owner = (str(row._meta.model_name), row.pk)
        entry = {
            "slug": row.slug,
            "title": row.title,
            "summary": row.summary,
            "position": row.position,
            "is_generated": row.is_generated,
            "requires": requires.get(owner, []),
            **{key: of.get(owner, []) for key, of in more.pop("lists").items()},
            **more,
        }
        return entry | {"sources": sorted(set(_sources_in(entry)))}

    return {
        "schema": NAME,
        "currency": "USD",
        "sources": {
            source.slug: {
                "title": source.title,
                "publisher": source.publisher,
                "url": source.url,
                "as_of": source.as_of,
                "licence": source.licence,
                "attribution": source.attribution,
                "is_judgement": source.is_judgement,
                "confidence": source.confidence,
            }
            for source in sources.values()
        },
        "fields": {field.code: field.title for field in fields.values()},
        "releases": [
            {
                "kind": release.kind,
                "edition": release.edition,
                "digest": release.digest,
                "source": release.source.slug,
                "codes": public.codes.get(release.pk, 0),
            }
            for release in public.releases
        ],
        "degrees": [
            common(
                degree,
                lists={"modes": modes, "teaches": teaches},
                level=degree.level,
                field="" if degree.field_id is None else fields[degree.field_id].code,
                counts_as=sorted(taken.get(degree.pk, [])),
                **_starting(degree),
            )
            for degree in sorted(degrees.values(), key=_place)
        ],
        "roles": [
            common(
                role,
                lists={
                    "teaches": teaches,
                    "occupations": occupations,
                    "alternate_titles": titles,
                    "points": points,
                    "figures": published_figures,
                    "claims": claims,
                },
                is_career=role.is_career,
                is_entry=role.is_entry,
                search=None
                if role.search_id is None
                else milestones[role.search_id].slug,
                search_share=_number(role.search_share),
                related=sorted(related.get(role.pk, [])),
                **public.of(role, occupations.get(("role", role.pk), [])),
            )
            for role in sorted(roles.values(), key=_place)
        ],
        "skills": [
            common(skill, lists={"modes": modes}, nature=skill.nature)
            for skill in sorted(skills.values(), key=_place)
        ],
        "milestones": [
            common(
                milestone,
                lists={"modes": modes, "teaches": teaches},
                nature=milestone.nature,
                status_note=milestone.status_note,
                is_closed=milestone.is_closed,
                **_starting(milestone),
            )
            for milestone in sorted(milestones.values(), key=_place)
        ],
    }


class _Public:
    """The releases that a version stands on, and what is copied out of them."""

    def __init__(self) -> None:
        self.releases = Release.objects.in_force()
        self.codes = dict(
            Reading.objects.filter(release__in=self.releases)
            .values_list("release")
            .annotate(models.Count("pk"))
        )
        copied = {"nem", *HEADLINES}
        by_pk = {one.pk: one for one in self.releases if one.kind in copied}
        self.said: dict[str, list[Said]] = {}
        self.matrix: dict[str, str] = {}
        readings = Reading.objects.filter(release__in=by_pk)
        for pk, code, facts in readings.order_by("pk").values_list(
            "release_id", "code", "facts"
        ):
            release = by_pk[pk]
            if release.kind == "nem":
                self.matrix[code] = facts["nem"]
            else:
                self.said.setdefault(code, []).append(release.said(code, facts))

    def of(
        self, role: Role, occupations: Sequence[Mapping[str, Any]]
    ) -> dict[str, Any]:
        """Return the codes under which a role is looked up, and its headlines."""
        codes = codes_of([each["code"] for each in occupations], self.matrix)
        said = [each for code in codes for each in self.said.get(code, ())]
        return {
            "codes": codes,
            "public_figures": headline_figures(role.slug, said),
        }


class _Parts:
    """What hangs below a thing, each as it stands in the document."""

    def __init__(
        self, slugs: Mapping[str, Mapping[int, str]], figures: Mapping[int, str]
    ) -> None:
        self.slugs = slugs
        self.figures = figures
        self.alternatives: dict[int, list[dict[str, Any]]] = {}

    def by_owner(self, rows: Any, copy: Any) -> dict[Node, list[Any]]:
        """Return the copies of rows, in their order, by the thing they belong to."""
        found: dict[Node, list[Any]] = {}
        for row in sorted(rows, key=_place):
            if (owner := node_of(row)) is not None:
                found.setdefault(owner, []).append(copy(row))
        return found

    def source(self, pk: int) -> str:
        return self.slugs["source"][pk]

    def mode(self, row: Mode) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "name": row.name,
            "takes": {
                "low": _number(row.low),
                "likely": _number(row.likely),
                "high": _number(row.high),
                "unit": row.unit,
            },
            "hours_per_week": _number(row.hours_per_week),
            "is_main": row.is_main,
            "is_academic": row.is_academic,
            "source": self.source(row.source_id),
            "cost": None
            if row.cost_source_id is None
            else {
                "amount": _number(row.cost),
                "per": row.cost_per,
                "source": self.source(row.cost_source_id),
            },
        }

    def requirement(self, row: Requirement) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "text": row.text,
            "strength": row.strength,
            "scope": row.scope,
            "source": self.source(row.source_id),
            "alternatives": self.alternatives.get(row.pk, []),
        }

    def alternative(self, row: Alternative) -> dict[str, Any]:
        thing = None
        if (node := node_of(row)) is not None:
            kind, pk = node
            thing = f"{kind}:{self.slugs[kind][pk]}"
        return {
            "key": row.key,
            "position": row.position,
            "thing": thing,
            "level": row.level or None,
            "share": _number(row.share),
            "months": None
            if row.months_likely is None
            else {
                "low": _number(row.months_low),
                "likely": _number(row.months_likely),
                "high": _number(row.months_high),
            },
        }

    def teaching(self, row: Teaching) -> dict[str, Any]:
        return {
            "key": row.key,
            "skill": self.slugs["skill"][row.skill_id],
            "is_full": row.is_full,
            "source": self.source(row.source_id),
        }

    def occupation(self, row: Occupation) -> dict[str, Any]:
        return {
            "code": row.code,
            "title": row.title,
            "source": self.source(row.source_id),
            "note": row.note,
        }

    def alternate_title(self, row: AlternateTitle) -> dict[str, Any]:
        return {"title": row.title, "source": self.source(row.source_id)}

    def point(self, row: Point) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "nature": row.nature,
            "text": row.text,
            "source": self.source(row.source_id),
        }

    def figure(self, row: Figure) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "measure": row.measure,
            "value": _number(row.value),
            "text": row.text,
            "unit": row.unit,
            "as_of": row.as_of,
            "soc_code": row.soc_code,
            "source": self.source(row.source_id),
            "cell": row.cell,
            "note": row.note,
        }

    def claim(self, row: Claim) -> dict[str, Any]:
        return {
            "key": row.key,
            "position": row.position,
            "states": row.states,
            "article": self.source(row.article_id),
            "finding": row.finding,
            "verdict": row.verdict,
            "figure": None if row.figure_id is None else self.figures[row.figure_id],
            "today": None if row.today_id is None else self.figures[row.today_id],
        }


def _place(row: Any) -> tuple[int, str]:
    """Return where a row stands among its like: by position, then by its key."""
    return getattr(row, "position", 0), getattr(row, row.key_fields[-1])


def _number(value: Decimal | None) -> int | float | None:
    """Return 4 for 4.00, so that the same number is the same text everywhere."""
    if value is None:
        return None
    return int(value) if value == int(value) else float(value)


def _starting(row: Degree | Milestone) -> dict[str, Any]:
    return {
        "starts": row.starts,
        # Days that an editor left there count for nothing, and are kept all the same.
        "window": {"from": row.window_from, "to": row.window_to}
        if row.window_from or row.window_to
        else None,
    }


def _sources_in(entry: Any) -> Iterator[str]:
    """Yield the slug of every source that a part of the document names."""
    if isinstance(entry, dict):
        for key, value in entry.items():
            if key in {"source", "article"}:
                yield value
            else:
                yield from _sources_in(value)
    elif isinstance(entry, list):
        for part in entry:
            yield from _sources_in(part)
