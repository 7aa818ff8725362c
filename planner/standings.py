"""How roadmaps stand, written as rows for rosters and plots whenever they change."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date

from django.db import transaction

from planner.engine.background import Mark
from planner.engine.facts import Catalogue
from planner.engine.plans import Plan, Step
from planner.models import Roadmap, RoadmapStanding, StandingStep
from planner.pages.steps import by_date


@transaction.atomic
def write_standing(
    roadmap: Roadmap, plan: Plan, marks: Mapping[str, Mark], catalogue: Catalogue
) -> RoadmapStanding:
    """Write how a roadmap stands, in place of how it stood.

    When a step was first planned to end is taken over from the rows before; where
    there are none, from all plans that were ever accepted.
    """
    first = _first_finishes(roadmap)
    open_steps = sorted(
        (step for step in plan.steps if not _mark(marks, step).finished), key=by_date
    )
    ahead = open_steps[0] if open_steps else None
    standing, _made = RoadmapStanding.objects.update_or_create(
        roadmap=roadmap,
        defaults={
            "career": plan.background.career,
            "career_title": catalogue.roles[plan.background.career].title,
            "arrival": plan.arrival,
            "next_step": ahead.id if ahead else "",
            "next_title": ahead.title if ahead else "",
            "next_day": _day(ahead, marks) if ahead else None,
            "is_under_way": any(_has_begun(step, marks) for step in open_steps),
            "overdue_from": min(
                (_day(step, marks) for step in open_steps), default=None
            ),
            "steps_done": len(plan.steps) - len(open_steps),
            "steps_planned": len(plan.steps),
        },
    )
    standing.steps.all().delete()
    StandingStep.objects.bulk_create(
        StandingStep(
            standing=standing,
            step=step.id,
            title=step.title,
            kind=step.kind,
            nature=_nature(step, catalogue),
            start=step.start,
            finish=step.finish,
            first_finish=first.get(step.id, step.finish),
            started=_mark(marks, step).started,
            finished=_mark(marks, step).finished,
        )
        for step in plan.steps
    )
    return standing


def _day(step: Step, marks: Mapping[str, Mark]) -> date:
    """Return the next day of a step: its start, or its end once it has begun.

    A week after it the step is late, as `pages.agenda.state_of` has it.
    """
    if not _has_begun(step, marks):
        return step.start
    return _mark(marks, step).expected or step.finish


def _has_begun(step: Step, marks: Mapping[str, Mark]) -> bool:
    return _mark(marks, step).started is not None or step.because.kind == "in-progress"


def _mark(marks: Mapping[str, Mark], step: Step) -> Mark:
    return marks.get(step.id, Mark())


def _nature(step: Step, catalogue: Catalogue) -> str:
    """Return `internship` for a milestone that is a job for a while, else nothing."""
    milestone = catalogue.milestones.get(step.id.partition(":")[2])
    is_work = step.kind == "milestone" and milestone is not None and milestone.is_work
    return "internship" if is_work else ""


def _first_finishes(roadmap: Roadmap) -> dict[str, date]:
    """Return by the id of each step when it was to end in the first plan with it."""
    known = dict(
        StandingStep.objects.filter(standing_id=roadmap.pk).values_list(
            "step", "first_finish"
        )
    )
    return known or dict(_planned_ends(roadmap))


def _planned_ends(roadmap: Roadmap) -> Iterator[tuple[str, date]]:
    """Yield each step's end of each plan that was ever kept, the newest plan first."""
    documents = roadmap.plans.order_by("-made_at", "-pk").values_list(
        "document", flat=True
    )
    for document in documents.iterator():
        for step in document["steps"]:
            yield step["id"], date.fromisoformat(step["finish"])
