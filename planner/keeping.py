"""What people do with the roadmaps that they keep; each is all or nothing.

Every change names the revision that it was made on. If the roadmap was changed since,
nothing is saved and `Changed` is raised, so that whoever asked can show both.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import lru_cache
from typing import Any, cast

from django.db import transaction
from django.db.models import F
from django.utils.translation import gettext as _

from planner import queries
from planner.answers import Answer, answer_for
from planner.documents.background import read_background, write_background
from planner.documents.plan import read_plan, write_plan
from planner.effects import Comparison
from planner.engine.background import Background, Mark, Progress, Tracked
from planner.engine.facts import Catalogue
from planner.engine.owning import with_own
from planner.engine.plans import Forecast, Plan, Step
from planner.engine.tracking import as_planned
from planner.models import CatalogueVersion, KeptPlan, Roadmap, RoadmapChange, User
from planner.queries import Published
from planner.standings import write_standing

DAYS = ("started", "finished", "expected")


class Changed(Exception):
    """The roadmap was changed since the page that this change was made on."""


class NothingThere(Exception):
    """There is nothing to undo, or to redo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a roadmap stands: its accepted plan, and what became of it so far."""

    roadmap: Roadmap
    change: RoadmapChange
    published: Published  # the version that the plan stands on
    catalogue: Catalogue  # of that version, with the student's own milestones
    background: Background
    plan: Plan
    forecast: Forecast | None
    marks: Mapping[str, Mark]
    notes: Mapping[str, str]

    def step(self, step_id: str) -> Step | None:
        return next((step for step in self.plan.steps if step.id == step_id), None)


# Reading


def standing_of(roadmap: Roadmap) -> Standing:
    """Return how a roadmap stands, from what was kept: nothing is planned here.

    Takes no query for a roadmap that was fetched `as_they_stand`, where this process
    has read its version of the catalogue before.
    """
    change = roadmap.current
    if change is None:
        raise ValueError(f"Roadmap {roadmap.pk} was never planned.")
    return standing_at(roadmap, change)


def standing_at(roadmap: Roadmap, change: RoadmapChange) -> Standing:
    """Return how a roadmap stood after one of its changes."""
    published = queries.published_as(change.plan.version.name)
    background = read_background(change.plan.background, published.catalogue)
    plan, forecast = read_plan(change.plan.document, background)
    return Standing(
        roadmap=roadmap,
        change=change,
        published=published,
        catalogue=with_own(published.catalogue, background),
        background=background,
        plan=plan,
        forecast=forecast,
        marks={step: _read_mark(mark) for step, mark in change.marks.items()},
        notes=change.notes,
    )


def as_it_stands(standing: Standing, background: Background, as_of: date) -> Background:
    """Return answers with how the accepted plan stands on a day, to plan it anew."""
    planned = as_planned(standing.plan)
    known = {step.id for step in planned.steps}
    steps = tuple(_tracked(step, standing.marks) for step in planned.steps)
    begun = tuple(
        Tracked(
            id=step_id,
            mode="",
            start=mark.started or mark.finished or as_of,
            finish=mark.finished or mark.expected or as_of,
            started=mark.started,
            finished=mark.finished,
            expected=_ahead(mark.expected, as_of),
        )
        for step_id, mark in standing.marks.items()
        if step_id not in known and mark.has_begun
    )
    day = max(as_of, background.start)
    steps = tuple(replace(step, expected=_ahead(step.expected, day)) for step in steps)
    return replace(background, progress=Progress(as_of=day, steps=steps + begun))


def planned_anew(
    standing: Standing,
    as_of: date,
    *,
    background: Background | None = None,
    published: Published | None = None,
) -> Answer:
    """Plan the rest anew, as it stands on a day: arrival first, then the fewest moves.

    With other answers, or with another version of the catalogue where one is given,
    which has to know everything that the answers name.
    """
    background = background or standing.background
    answers = as_it_stands(standing, background, as_of)
    return answer_for(published or standing.published, answers)


def would_change(standing: Standing, newer: Published) -> bool:
    """Say whether a newer version has other facts for this roadmap than its own."""
    if newer.version == standing.published.version:
        return False
    comparison = _compare(standing.published.version, newer.version)
    return not comparison.is_alike(standing.background)


def answers_kept(today: date) -> Iterator[tuple[str, Background]]:
    """Yield what all roadmaps in use would be planned anew from, as they stand.

    For what a change of the catalogue does to plans; editors see whose none of it is,
    nor what people added of their own.
    """
    roadmaps = Roadmap.objects.in_use().as_they_stand().order_by("pk")
    for roadmap in roadmaps.iterator(chunk_size=100):
        standing = standing_of(roadmap)
        background = as_it_stands(standing, standing.background, today)
        yield _("A kept roadmap"), replace(background, own=())


# Keeping


@transaction.atomic
def keep(
    owner: User,
    published: Published,
    background: Background,
    *,
    name: str,
    now: datetime,
) -> Roadmap:
    """Keep a plan for these answers as a roadmap of its own."""
    roadmap = Roadmap.objects.create(owner=owner, name=name, changed_at=now)
    answer = answer_for(published, background)
    plan = _keep_plan(roadmap, published, background, answer, now)
    _add(roadmap, by=owner, now=now, plan=plan, what=_("Kept."), name=name)
    return roadmap


@transaction.atomic
def copy_roadmap(standing: Standing, *, name: str, now: datetime) -> Roadmap:
    """Give its owner a copy, so that changing it leaves the original alone."""
    before = standing.change
    roadmap = Roadmap.objects.create(
        owner=standing.roadmap.owner, name=name, changed_at=now
    )
    plan = KeptPlan.objects.create(
        roadmap=roadmap,
        version_id=before.plan.version_id,
        background=before.plan.background,
        document=before.plan.document,
        made_at=before.plan.made_at,
    )
    _add(
        roadmap,
        by=standing.roadmap.owner,
        now=now,
        plan=plan,
        what=_("Copied from “%(name)s”.") % {"name": before.name},
        name=name,
        marks=before.marks,
        notes=before.notes,
    )
    return roadmap


def rename(
    standing: Standing, name: str, *, by: User, base: int, now: datetime
) -> RoadmapChange:
    """Call a roadmap something else."""
    words = {"old": standing.change.name, "new": name}
    what = _("Renamed from “%(old)s” to “%(new)s”.") % words
    return change(standing, what, by=by, base=base, now=now, name=name)


def mark(
    standing: Standing,
    step_id: str,
    mark: Mark,
    *,
    by: User,
    base: int,
    now: datetime,
) -> RoadmapChange:
    """Say what became of a step. The plan stays as it is until it is planned anew."""
    note = standing.notes.get(step_id, "")
    return say(standing, step_id, mark, note, by=by, base=base, now=now)


def say(
    standing: Standing,
    step_id: str,
    mark: Mark,
    note: str,
    *,
    by: User,
    base: int,
    now: datetime,
) -> RoadmapChange:
    """Say what became of a step, and write a note to it (empty: take it away)."""
    marks, notes = {**standing.change.marks}, {**standing.change.notes}
    marks.pop(step_id, None)
    notes.pop(step_id, None)
    if mark.has_begun:
        marks[step_id] = {
            name: day.isoformat()
            for name in DAYS
            if (day := getattr(mark, name)) is not None
        }
    if note:
        notes[step_id] = note
    step = standing.step(step_id)
    title = step.title if step else standing.catalogue.title_of(step_id)
    said = []
    if mark != standing.marks.get(step_id, Mark()):
        said.append(_marked(title, mark))
    if note != standing.notes.get(step_id, ""):
        words = {"step": title}
        said.append(
            _("Wrote a note to “%(step)s”.") % words
            if note
            else _("Emptied the note to “%(step)s”.") % words
        )
    what = " ".join(said) or _marked(title, mark)
    return change(standing, what, by=by, base=base, now=now, marks=marks, notes=notes)


@transaction.atomic
def accept(
    standing: Standing,
    published: Published,
    answer: Answer,
    what: str,
    *,
    by: User,
    base: int,
    now: datetime,
) -> RoadmapChange:
    """Take a plan that was made anew as the roadmap's own, from now on."""
    plan = _keep_plan(
        standing.roadmap, published, answer.worked.plan.background, answer, now
    )
    return change(standing, what, by=by, base=base, now=now, plan=plan)


@transaction.atomic
def change(
    standing: Standing,
    what: str,
    *,
    by: User,
    base: int,
    now: datetime,
    **state: Any,
) -> RoadmapChange:
    """Save a change made on revision `base`. Raises Changed if that is not the last."""
    roadmap, before = standing.roadmap, standing.change
    if before.pk != roadmap.current_id:
        raise ValueError("A change is made on how the roadmap stands.")
    _count_up(roadmap, base, now)
    kept = {
        "name": before.name,
        "plan": before.plan,
        "marks": before.marks,
        "notes": before.notes,
    }
    return _add(roadmap, by=by, now=now, what=what, parent=before, **(kept | state))


# Going back and forth


@transaction.atomic
def undo(roadmap: Roadmap, *, base: int, now: datetime) -> RoadmapChange:
    """Go back to how it stood before the last change; return the change undone."""
    undone = cast(RoadmapChange, roadmap.current)
    if undone.parent is None:
        raise NothingThere
    _count_up(roadmap, base, now)
    _lead_to(roadmap, undone.parent)
    return undone


@transaction.atomic
def redo(roadmap: Roadmap, *, base: int, now: datetime) -> RoadmapChange:
    """Make the change again that was undone last; return it."""
    again = to_redo(roadmap)
    if again is None:
        raise NothingThere
    _count_up(roadmap, base, now)
    _lead_to(roadmap, again)
    return again


@transaction.atomic
def go_to(
    roadmap: Roadmap, change: RoadmapChange, *, base: int, now: datetime
) -> RoadmapChange:
    """Go to how the roadmap stood after any of its changes."""
    _count_up(roadmap, base, now)
    _lead_to(roadmap, change)
    return change


def to_redo(roadmap: Roadmap) -> RoadmapChange | None:
    """Return the change that can be made again: the last of those made on this one."""
    current = cast(RoadmapChange, roadmap.current)
    return current.children.order_by("number").last()


def in_force(roadmap: Roadmap) -> set[int]:
    """Return the keys of the changes that led to how it stands; the rest are undone."""
    parents = dict(roadmap.changes.values_list("pk", "parent_id"))
    found: set[int] = set()
    todo = roadmap.current_id
    while todo is not None:
        found.add(todo)
        todo = parents[todo]
    return found


# How it is kept


def _count_up(roadmap: Roadmap, base: int, now: datetime) -> None:
    """Compare and swap: of two changes made on one revision only one passes."""
    counted = Roadmap.objects.filter(pk=roadmap.pk, revision=base).update(
        revision=F("revision") + 1, changed_at=now
    )
    if not counted:
        raise Changed
    roadmap.revision = base + 1
    roadmap.changed_at = now


def _add(roadmap: Roadmap, *, by: User, now: datetime, **state: Any) -> RoadmapChange:
    made = RoadmapChange.objects.create(
        roadmap=roadmap, number=roadmap.revision, made_at=now, made_by=by, **state
    )
    _lead_to(roadmap, made)
    return made


def _lead_to(roadmap: Roadmap, change: RoadmapChange) -> None:
    before = roadmap.current
    roadmap.current = change
    roadmap.name = change.name
    roadmap.save(update_fields=["current", "name"])
    if before is None or (before.plan_id, before.marks) != (
        change.plan_id,
        change.marks,
    ):
        write_standing_of(roadmap)


def write_standing_of(roadmap: Roadmap) -> None:
    """Write how a roadmap stands into the rows that rosters and plots are made of."""
    standing = standing_of(roadmap)
    write_standing(roadmap, standing.plan, standing.marks, standing.catalogue)


def _keep_plan(
    roadmap: Roadmap,
    published: Published,
    background: Background,
    answer: Answer,
    now: datetime,
) -> KeptPlan:
    progress = background.progress
    if progress is not None:
        # Of what was planned before and is no more, the history tells.
        planned = {step.id for step in answer.worked.plan.steps}
        steps = tuple(step for step in progress.steps if step.id in planned)
        background = replace(background, progress=replace(progress, steps=steps))
    return KeptPlan.objects.create(
        roadmap=roadmap,
        version=CatalogueVersion.objects.only("pk").get(
            number=queries.number_in(published.version)
        ),
        background=write_background(background),
        document=write_plan(answer.worked.plan, answer.forecast),
        made_at=now,
    )


def _tracked(step: Tracked, marks: Mapping[str, Mark]) -> Tracked:
    """Return a planned step with its marks, and with nothing else that happened."""
    mark = marks.get(step.id, Mark())
    return replace(
        step,
        started=mark.started,
        finished=mark.finished,
        expected=mark.expected if mark.started and not mark.finished else None,
    )


def _ahead(day: date | None, as_of: date) -> date | None:
    """Return an expected day, unless it is past: then nobody knows the day."""
    return day if day is not None and day > as_of else None


def _read_mark(mark: Mapping[str, str]) -> Mark:
    return Mark(**{name: date.fromisoformat(day) for name, day in mark.items()})


def _marked(title: str, mark: Mark) -> str:
    words = {"step": title}
    if mark.finished:
        words["day"] = _day(mark.finished)
        return _("Marked “%(step)s” as done on %(day)s.") % words
    if mark.started and mark.expected:
        words |= {"day": _day(mark.started), "expected": _day(mark.expected)}
        return (
            _("Marked “%(step)s” as started on %(day)s, to be done by %(expected)s.")
            % words
        )
    if mark.started:
        words["day"] = _day(mark.started)
        return _("Marked “%(step)s” as started on %(day)s.") % words
    return _("Marked “%(step)s” as not begun.") % words


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"


@lru_cache(maxsize=4)
def _compare(before: str, after: str) -> Comparison:
    one, other = queries.published_as(before), queries.published_as(after)
    return Comparison(one.catalogue, other.catalogue)
