"""Counting a group of students, in the database."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date
from typing import Any

from django.db.models import (
    Case,
    CharField,
    Count,
    DateField,
    DurationField,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    Q,
    QuerySet,
    Value,
    When,
)
from django.db.models.functions import Coalesce, ExtractYear

from planner.engine.owning import OWN
from planner.models import Consent, StandingStep
from planner.pages.cohort import Figures, Slips
from planner.pages.terms import SEASONS, Term
from planner.roster import BY, SORTS_OF_STEPS

# What is looked for, by what the next step is; whatever is left is for oneself.
STAGES = {
    "hired": Q(step__startswith="milestone:job-search"),
    "study": Q(kind="degree"),
    "work": Q(kind="role") | Q(nature="internship"),
}


def figures(consents: QuerySet[Consent], today: date) -> Figures:
    """Count the students of consents that have their `status`, in five queries.

    Nothing of it is told to anybody before `pages.cohort` left out small groups.
    """
    consents = consents.order_by()
    steps = StandingStep.objects.filter(
        standing__in=consents.values("roadmap_id")
    ).order_by()
    statuses: Counter[str] = Counter()
    careers: dict[str, tuple[str, int]] = {}
    counted = consents.values_list(*BY).annotate(people=Count("pk"))
    for status, career, title, people in counted:
        statuses[status] += people
        if career is not None:
            careers[career] = (title, careers.get(career, ("", 0))[1] + people)
    return Figures(
        students=statuses.total(),
        statuses=statuses,
        careers=careers,
        arrivals=_arrivals(consents),
        stages=_stages(steps),
        starts=_starts(steps, today),
        slips=_slips(steps, today),
    )


def _arrivals(consents: QuerySet[Consent]) -> dict[Term, int]:
    day = "roadmap__standing__arrival"
    rows = (
        consents.exclude(**{day: None})
        .annotate(term=_term(day))
        .values_list("term")
        .annotate(people=Count("pk"))
    )
    return {_read(term): people for term, people in rows}


def _stages(steps: QuerySet[StandingStep]) -> dict[str, int]:
    rows = (
        steps.filter(step=F("standing__next_step"))
        .annotate(stage=_first_of(STAGES, "skills"))
        .values_list("stage")
        .annotate(people=Count("standing"))
    )
    return dict(rows)


def _starts(steps: QuerySet[StandingStep], today: date) -> dict[tuple[str, Term], int]:
    rows = (
        steps.filter(started=None, finished=None, start__gte=Term.of(today).first)
        .annotate(what=_first_of(SORTS_OF_STEPS, ""), term=_term("start"))
        .exclude(what="")
        .values_list("what", "term")
        .annotate(people=Count("standing", distinct=True))
    )
    return {(what, _read(term)): people for what, term, people in rows}


def _slips(steps: QuerySet[StandingStep], today: date) -> list[Slips]:
    """Count by how much steps that are done, or should be, end later than planned."""
    ended = Coalesce(
        "finished",
        Case(
            When(finish__lt=today, then=Value(today)),
            default="finish",
            output_field=DateField(),
        ),
    )
    rows = (
        steps.filter(Q(finished__isnull=False) | Q(first_finish__lte=today))
        # What somebody added is their own, whatever others call the same.
        .exclude(step__startswith=f"milestone:{OWN}")
        .annotate(
            slip=ExpressionWrapper(
                ended - F("first_finish"), output_field=DurationField()
            )
        )
        .values_list("step", "slip")
        .annotate(title=Max("title"), people=Count("standing"))
    )
    days: defaultdict[str, dict[int, int]] = defaultdict(dict)
    titles: dict[str, str] = {}
    for step, slip, title, people in rows:
        days[step][slip.days] = people
        titles[step] = max(title, titles.get(step, ""))
    return [
        Slips(step=step, title=titles[step], days=found)
        for step, found in sorted(days.items())
    ]


def _first_of(kinds: dict[str, Q], default: str) -> Case:
    return Case(
        *(When(meets, then=Value(name)) for name, meets in kinds.items()),
        default=Value(default),
        output_field=CharField(),
    )


def _term(day: str) -> Any:
    """Number the terms of all years in one row."""
    later = [(n, month) for n, month in enumerate(SEASONS.values())][:0:-1]
    season = Case(
        *(When(**{f"{day}__month__gte": month}, then=Value(n)) for n, month in later),
        default=Value(0),
        output_field=IntegerField(),
    )
    return ExtractYear(day) * len(SEASONS) + season


def _read(number: int) -> Term:
    return Term(*divmod(number, len(SEASONS)))
