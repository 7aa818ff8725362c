"""A plan as a calendar (RFC 5545, with the names of RFC 7986).

A degree and a job are two events of a day each, when they begin and when they are
done: nobody has to be told every day for four years that they study, and a banner so
long hides what else is in the week. Everything else is one event from its first day
to its last, so that a week says what it is for. Which of the two it is hangs on the
kind of step alone, so that each event keeps its UID when dates move, and a calendar
that takes the file again replaces it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from icalendar import Calendar, Event, vText

from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.engine.plans import Plan, Step
from planner.exports.kept import (
    Kept,
    busy,
    clean,
    code_of,
    moment_of,
    one_line,
    standing,
    status,
)
from planner.exports.prose import ADVICE, NOT_REVIEWED
from planner.pages import roadmap_page
from planner.pages.steps import StepPage, anchor_of, by_date, key_of
from planner.pages.words import join_words

AS_TWO = {"degree", "role"}  # kinds
DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Day:
    """An event of the calendar: whole days, the last one not included."""

    key: str
    summary: str
    start: date
    finish: date
    says: str
    category: str
    is_sure: bool = False


def to_ical(advice: Advice, catalogue: Catalogue, kept: Kept) -> bytes:
    """Return the plan as a calendar: what it takes up leaves one free for all else."""
    plan = advice.plan
    code, moment = code_of(plan, kept), moment_of(plan, kept)
    career = catalogue.roles[plan.background.career].title
    name = one_line(kept.name) or f"Roadmap: {career}"
    calendar = Calendar()
    for key, value in (
        ("prodid", "-//careerpath//roadmap//EN"),
        ("version", "2.0"),
        ("calscale", "GREGORIAN"),
        ("method", "PUBLISH"),
        ("uid", f"{code}@careerpath"),
        ("last-modified", moment),
        ("name", vText(name)),
        # Of names that it does not know icalendar escapes no value but a vText.
        ("x-wr-calname", vText(name)),
        ("x-wr-caldesc", vText(ADVICE)),
    ):
        calendar.add(key, value)
    calendar.add("refresh-interval", DAY, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "P1D")
    for day in _days(advice, catalogue, kept):
        event = Event()
        event.add("uid", f"{day.key}@{code}.careerpath")
        event.add("dtstamp", moment)
        event.add("last-modified", moment)
        event.add("sequence", kept.sequence)
        event.add("summary", one_line(day.summary))
        event.add("dtstart", day.start)
        event.add("dtend", day.finish)
        says = "\n".join(filter(None, [day.says, ADVICE, kept.address]))
        event.add("description", clean(says))
        event.add("categories", [day.category])
        # What is planned may still move; what has begun is so.
        event.add("status", "CONFIRMED" if day.is_sure else "TENTATIVE")
        event.add("transp", "TRANSPARENT")
        if kept.address:
            event.add("url", kept.address)
        calendar.add_component(event)
    written: bytes = calendar.to_ical(sorted=False)
    return written


def _days(advice: Advice, catalogue: Catalogue, kept: Kept) -> Iterator[_Day]:
    plan = advice.plan
    # A file has no today: the same roadmap gives the same bytes on every day.
    page = roadmap_page(plan, catalogue, date.min, kept.sources, advice.forecast)
    if plan.arrival is None:
        # A calendar holds one thing at least; and this says where the steps are.
        helps = [f"Would help: {remedy.text}" for remedy in advice.would_help]
        yield _Day(
            key="no-way-yet",
            summary=page.headline,
            start=plan.start,
            finish=plan.start + DAY,
            says="\n".join([*page.obstacles, *helps]),
            category="Arrival",
        )
        return
    steps = {anchor_of(step.id): step for step in plan.steps}
    for one in page.steps:
        yield from _days_of(steps[one.anchor], one, plan, kept)
    review = "" if plan.is_reviewed else NOT_REVIEWED
    yield _Day(
        key="arrival",
        summary=f"Arrival, as planned: {page.career}",
        start=plan.arrival,
        finish=plan.arrival + DAY,
        says="\n".join(filter(None, [page.length, page.likely, review])),
        category="Arrival",
    )


def _days_of(step: Step, page: StepPage, plan: Plan, kept: Kept) -> Iterator[_Day]:
    span, stands = busy(step, kept), status(step, kept)
    key, says = key_of(step.id), _says(step, page, plan, kept)
    if step.kind not in AS_TWO:
        yield _Day(
            key=key,
            summary=step.title,
            start=span.start,
            finish=span.finish,
            says=says,
            category=page.lane_title,
            is_sure=stands != "planned",
        )
        return
    yield _Day(
        key=f"{key}-begins",
        summary=f"Begins: {step.title}",
        start=span.start,
        finish=span.start + DAY,
        says=says,
        category=page.lane_title,
        is_sure=stands != "planned",
    )
    yield _Day(
        key=f"{key}-done",
        summary=f"Done: {step.title}",
        start=span.finish,
        finish=span.finish + DAY,
        says=says,
        category=page.lane_title,
        is_sure=stands == "finished",
    )


def _says(step: Step, page: StepPage, plan: Plan, kept: Kept) -> str:
    probably = f"Probably done {page.finish_range}." if page.finish_range else ""
    return "\n".join(
        filter(
            None,
            [
                standing(step, kept),
                f"Why now: {page.why_now}",
                page.slack,
                probably,
                f"Next: {_next(step, plan)}",
                kept.notes.get(step.id, ""),
            ],
        )
    )


def _next(step: Step, plan: Plan) -> str:
    """Name what waits for a step, the first three of it; at the end is the arrival."""
    waiting = [
        other.title
        for other in sorted(plan.steps, key=by_date)
        if step.id in other.needs or step.id in other.because.steps
    ]
    if not waiting:
        return "the arrival."
    if len(waiting) > 3:
        return f"{', '.join(waiting[:3])} and more."
    return f"{join_words(waiting)}."
