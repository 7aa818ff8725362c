"""A whole plan, worded and drawn for people."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from planner.engine.facts import Catalogue
from planner.engine.plans import Forecast, Plan
from planner.pages.drawing import Drawing, draw
from planner.pages.steps import (
    SourceLink,
    StepPage,
    by_date,
    is_academic,
    lane_of,
    step_pages,
)
from planner.pages.sureness import SurenessPage, probably, sureness_page
from planner.pages.words import (
    about,
    capital,
    count,
    day_words,
    hours,
    join_words,
    money,
    span,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class CreditPage:
    """Something that the student has, and everything that it counts for."""

    by: str
    counts_as: tuple[str, ...]  # what the career itself asks for
    teaches: tuple[str, ...]  # skills that are known from it
    on_the_way: tuple[str, ...]  # what else asks for it, such as a degree


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """Something to try when there is no plan, and the field to try it in."""

    text: str
    anchor: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutPage:
    """A recommendation that is not planned, and why."""

    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """A target date or a budget, and whether the plan keeps it."""

    is_kept: bool
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A number at the top of the page: what it is, the number, what goes with it."""

    name: str
    value: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RoadmapPage:
    """Everything that a roadmap says, in words and as a drawing."""

    career: str
    is_possible: bool
    is_reviewed: bool
    headline: str
    length: str
    likely: str
    first: str
    announcement: str  # the whole in a sentence, for a live region
    figures: tuple[Figure, ...]
    wishes: tuple[Wish, ...]
    obstacles: tuple[str, ...]
    changes: tuple[Change, ...]  # what to try when there is no plan
    drawing: Drawing | None
    steps: tuple[StepPage, ...]
    credited: tuple[CreditPage, ...]
    left_out: tuple[LeftOutPage, ...]
    assumptions: tuple[str, ...]
    sureness: SurenessPage | None


def roadmap_page(
    plan: Plan,
    catalogue: Catalogue,
    today: date,
    sources: Mapping[str, SourceLink] | None = None,
    forecast: Forecast | None = None,
    done: Collection[str] = (),
) -> RoadmapPage:
    """Word and draw a plan, with how sure it is, and which steps are done by now.

    `sources` tells the titles and addresses of the sources by their slug; one
    that is missing there is named by its slug.
    """
    career = catalogue[f"role:{plan.background.career}"].title
    steps = step_pages(plan, catalogue, sources or {}, forecast)
    headline, length, likely = _headline(plan, career, today, forecast)
    return RoadmapPage(
        career=career,
        is_possible=plan.arrival is not None,
        is_reviewed=plan.is_reviewed,
        headline=headline,
        length=length,
        likely=likely,
        first=_first(plan),
        announcement=f"{headline}. {length}".strip(),
        figures=_figures(plan, catalogue),
        wishes=_wishes(plan, catalogue),
        obstacles=plan.obstacles,
        changes=CHANGES if plan.arrival is None else (),
        drawing=draw(plan, today, steps, forecast, done=done),
        steps=steps,
        credited=_credited(plan, catalogue),
        left_out=(
            *_without_their_pins(plan, catalogue),
            *(
                LeftOutPage(title=capital(left.title), why=left.why)
                for left in plan.left_out
            ),
        ),
        assumptions=_assumptions(plan, catalogue),
        sureness=(
            sureness_page(plan, forecast)
            if forecast is not None and plan.steps
            else None
        ),
    )


def headline(
    plan: Plan, catalogue: Catalogue, today: date, forecast: Forecast | None
) -> str:
    """Return the headline of a roadmap alone, for a list of many."""
    career = catalogue[f"role:{plan.background.career}"].title
    return _headline(plan, career, today, forecast)[0]


def _without_their_pins(plan: Plan, catalogue: Catalogue) -> Iterator[LeftOutPage]:
    """Yield what has a date of the student's own, and is not in the plan with it."""
    planned = {step.id for step in plan.steps}
    for pin in plan.background.pins if plan.arrival is not None else ():
        if pin.id not in planned:
            yield LeftOutPage(
                title=capital(catalogue.title_of(pin.id)),
                why="You set a date for it. The best plan that keeps to the dates "
                "that you set does without it.",
            )


# The head of the page


def _headline(
    plan: Plan, career: str, today: date, forecast: Forecast | None
) -> tuple[str, str, str]:
    """Return the headline, how long it takes, and how to read the date.

    The date of the headline is the one by which half of the samples arrive: the
    plan's own day is kept only where every step takes its likely time or less.
    """
    if plan.arrival is None:
        return (
            f"{career}: no way there yet",
            "What stands in the way is below, with what you can change.",
            "",
        )
    if not plan.steps:
        return (
            f"{career}: you can apply now",
            "You already have everything that this career asks for.",
            "",
        )
    arrival = plan.arrival if forecast is None else forecast.arrival.median
    length = about(plan.start, arrival)
    # Somebody who starts next year is not helped by a count from today.
    if abs((plan.start - today).days) <= 31:
        sentence = f"{capital(length)} from now."
    else:
        sentence = f"{capital(length)} after you start on {day_words(plan.start)}."
    likely = (
        "The dates of the steps are those if every step takes its likely time. "
        "Steps can take less or more."
    )
    if plan.status == "feasible":
        likely += " " + _gap(plan.gap_days)
    if forecast is not None:
        sentence += f" {probably(forecast)}"
    return f"{career} by {arrival:%B %Y}", sentence, likely


def _gap(days: int | None) -> str:
    if not days:
        return "Nobody arrives earlier; that no plan is cheaper was not proven."
    return (
        "The search ended before it was proven the earliest: "
        f"up to {span(days)} less may be possible."
    )


def _first(plan: Plan) -> str:
    """Say what to do first: what starts in the first five weeks, three at most."""
    ordered = sorted(plan.steps, key=by_date)
    soon = [s for s in ordered if (s.start - ordered[0].start).days <= 35][:3]
    starts: dict[date, list[str]] = {}
    for step in soon:
        starts.setdefault(step.start, []).append(step.title)
    return "; then ".join(
        f"{join_words(titles)}, from {day_words(day)}" for day, titles in starts.items()
    )


def _figures(plan: Plan, catalogue: Catalogue) -> tuple[Figure, ...]:
    if plan.arrival is None or not plan.steps:
        return ()
    figures = [
        Figure(
            name="As planned below",
            value=f"{plan.arrival:%B %Y}",
            note="if every step takes its likely time",
        ),
        Figure(
            name="From start to arrival",
            value=capital(about(plan.start, plan.arrival)),
            note=count(len(plan.steps), "step"),
        ),
    ]
    if plan.cost is not None:
        note = "of the steps with a sourced figure"
        if plan.unpriced:
            note = f"without {count(len(plan.unpriced), 'step')} of unknown cost"
        figures.append(
            Figure(name="Known cost", value=money(plan.cost, catalogue), note=note)
        )
    return tuple(figures)


def _wishes(plan: Plan, catalogue: Catalogue) -> tuple[Wish, ...]:
    """Say of the target date and the budget whether the plan keeps them."""
    wishes = []
    target, budget = plan.background.target_date, plan.background.budget
    if target is not None and plan.arrival is not None:
        days = (plan.arrival - target).days
        if days > 0:
            text = f"this plan arrives {span(days)} later."
        elif days == 0:
            text = "this plan arrives on that day."
        else:
            text = f"this plan arrives {span(-days)} earlier."
        wishes.append(
            Wish(
                is_kept=days <= 0,
                text=f"You wish to arrive by {day_words(target)}; {text}",
            )
        )
    if budget is not None and plan.arrival is not None:
        over = (plan.cost or 0) - budget
        text = f"You have a budget of {money(budget, catalogue)}; "
        if over > 0:
            text += f"this plan costs {money(over, catalogue)} more."
        else:
            known = "as far as prices are known, " if plan.unpriced else ""
            text += f"{known}this plan leaves {money(-over, catalogue)} of it."
        if plan.unpriced:
            text += f" {capital(count(len(plan.unpriced), 'step'))} without a known "
            text += (
                "price is not counted."
                if len(plan.unpriced) == 1
                else ("price are not counted.")
            )
        wishes.append(Wish(is_kept=over <= 0, text=text))
    return tuple(wishes)


def _credited(plan: Plan, catalogue: Catalogue) -> tuple[CreditPage, ...]:
    """Group what is met already by what meets it, the career's own needs first.

    A plan names every requirement on the way: one degree answers to a dozen.
    """
    career = catalogue.roles[plan.background.career]
    asked = {requirement.text for requirement in career.requires}
    skills = {skill.title for skill in catalogue.skills.values()}
    groups: dict[str, tuple[list[str], list[str], list[str]]] = {}
    for credit in sorted(plan.credited, key=lambda c: c.requirement not in asked):
        skill, _colon, reason = credit.by.partition(": ")
        is_skill = bool(reason) and skill in skills
        by = _known_from(reason) if is_skill else capital(credit.by)
        counts_as, teaches, on_the_way = groups.setdefault(by, ([], [], []))
        if is_skill:
            teaches.append(skill)
        elif credit.requirement in asked:
            counts_as.append(credit.requirement)
        if credit.requirement not in {*asked, skill}:
            on_the_way.append(credit.requirement)
    return tuple(
        CreditPage(
            by=by,
            counts_as=tuple(dict.fromkeys(counts_as)),
            teaches=tuple(dict.fromkeys(teaches)),
            on_the_way=tuple(dict.fromkeys(on_the_way)),
        )
        for by, (counts_as, teaches, on_the_way) in groups.items()
    )


def _known_from(reason: str) -> str:
    """Name what a skill is known from: taught by your degree, learned at work."""
    if reason.startswith("you know "):
        return "Your own skills"
    for start in ("taught by ", "learned in "):
        if reason.startswith(start):
            return capital(reason.removeprefix(start))
    return capital(reason)


CHANGES = (
    # What would help is worked out beside these, and is not only a guess.
    Change(
        text="Check that your education, skills and work are all entered.",
        anchor="part-education",
    ),
    Change(
        text="Choose a related career that asks for less, or for something else.",
        anchor="id_career",
    ),
)


def _assumptions(plan: Plan, catalogue: Catalogue) -> tuple[str, ...]:
    background = plan.background
    said = [
        f"You begin on {day_words(background.start)} and have "
        f"{hours(background.hours_per_week)} a week free beside study or work.",
        "Full-time study is possible for you."
        if background.full_time_study
        else "You study part-time only.",
    ]
    if any(is_academic(step, plan, catalogue) for step in plan.steps):
        said.append(
            "Terms begin in early September and in the middle of January, "
            "and summers are free. Your school's calendar may differ."
        )
    if background.tuition_per_year is not None:
        said.append(
            "A year of study costs you "
            f"{money(background.tuition_per_year, catalogue)}, as you said."
        )
    if any(lane_of(step, plan, catalogue) == "hired" for step in plan.steps):
        said.append(
            "Finding a job takes its likely time. Nobody can promise that it does."
        )
    return tuple(said)
