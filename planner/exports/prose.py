"""A plan as plain text and as Markdown, for reading and for mail."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from datetime import date

from planner.engine.advising import Advice
from planner.engine.facts import Catalogue
from planner.engine.plans import Forecast, OtherPlan, Plan, Step
from planner.exports.kept import Kept, busy, clean, one_line, standing

WIDTH = 79
ADVICE = "This is planning, not a promise of a job."
NOT_REVIEWED = "The route was made from public data, and no editor has reviewed it yet."
# What Markdown reads as its own: anywhere, and where a line begins (a list, a rule).
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~&$])")
BEGINS = re.compile(r"^(\d*)([-=.])")


def to_text(advice: Advice, catalogue: Catalogue, kept: Kept) -> bytes:
    """Return the plan as plain text, at most 79 columns wide."""
    lines: list[str] = []
    for kind, words in _parts(advice, catalogue, kept):
        if kind == "title":
            lines += [words, "=" * min(len(words), WIDTH)]
        elif kind == "heading":
            lines += ["", words, "-" * len(words)]
        elif kind == "item":
            lines += textwrap.wrap(
                words, WIDTH, initial_indent="* ", subsequent_indent="  "
            )
        elif kind == "detail":
            lines += textwrap.wrap(
                words, WIDTH, initial_indent="    ", subsequent_indent="    "
            )
        else:
            lines += textwrap.wrap(words, WIDTH)
    return ("\n".join(lines) + "\n").encode()


def to_markdown(advice: Advice, catalogue: Catalogue, kept: Kept) -> bytes:
    """Return the plan as Markdown; what people wrote stays text in it."""
    lines: list[str] = []
    before = ""
    for kind, words in _parts(advice, catalogue, kept):
        words = BEGINS.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", words))
        if kind == "title":
            lines += [f"# {words}", ""]
        elif kind == "heading":
            lines += ["", f"## {words}", ""]
        elif kind == "item":
            lines.append(f"- {words}")
        elif kind == "detail":
            lines.append(f"  {words}")
        else:
            lines += [words] if before != "line" else ["", words]
        before = kind
    return ("\n".join(lines) + "\n").encode()


def _parts(
    advice: Advice, catalogue: Catalogue, kept: Kept
) -> Iterator[tuple[str, str]]:
    plan, forecast = advice.plan, advice.forecast
    career = catalogue.roles[plan.background.career].title
    whose = ", ".join(filter(None, [one_line(kept.name), one_line(kept.person)]))
    if plan.arrival is None:
        yield "title", f"{career}: no plan with these answers"
        if whose:
            yield "line", whose
        yield "heading", "What stands in the way"
        for obstacle in plan.obstacles:
            yield "item", obstacle
    else:
        yield "title", f"{career} by {plan.arrival:%B %Y}"
        if whose:
            yield "line", whose
        yield "line", _summary(plan, plan.arrival)
        if forecast is not None and plan.steps:
            yield "line", _sureness(forecast)
        yield "heading", "Steps"
        for step in plan.steps:
            yield "item", f"{step.title} ({step.mode}): {_dates(step, kept)}"
            yield "detail", step.because.text
            yield "detail", standing(step, kept) or _slack(step)
            for line in clean(kept.notes.get(step.id, "")).splitlines():
                if line.strip():
                    yield "detail", line.strip()
    if advice.would_help:
        yield "heading", "What would help"
        for remedy in advice.would_help:
            yield "item", remedy.text
    if advice.routes:
        yield "heading", "Other routes"
        for route in advice.routes:
            yield "item", f"{route.title}: {_compared(route)}"
    if plan.credited:
        yield "heading", "What you already have"
        for credit in plan.credited:
            yield "item", f"{credit.requirement}: {credit.by}"
    if plan.left_out:
        yield "heading", "Left out"
        for left in plan.left_out:
            yield "item", f"{left.title}: {left.why}"
    yield "heading", "About this plan"
    if not plan.is_reviewed:
        yield "line", NOT_REVIEWED
    yield (
        "line",
        f"Catalogue version {plan.catalogue_version}. {_proof(plan)} {ADVICE}",
    )


def _summary(plan: Plan, arrival: date) -> str:
    months = round((arrival - plan.start).days / (365.25 / 12))
    length = f"{months} months" if months < 24 else f"{months / 12:.1f} years"
    words = (
        f"Likely arrival on {_day(arrival)}, {length} after the start on "
        f"{_day(plan.start)}."
    )
    if plan.cost is not None:
        words += f" Known cost: {plan.cost:,.0f} US dollars."
    if plan.unpriced:
        words += f" The cost of {len(plan.unpriced)} of the degrees is not known."
    target = plan.background.target_date
    if target is not None:
        kept = "kept" if arrival <= target else "missed"
        words += f" The target date, {_day(target)}, is {kept}."
    return words


def _sureness(forecast: Forecast) -> str:
    arrival = forecast.arrival
    return (
        f"Probably between {_day(arrival.early)} and {_day(arrival.late)}: of "
        f"{forecast.samples:,} times that this plan was played through with steps that "
        f"take less or more, {forecast.chance_as_planned:.0%} arrived by the likely "
        f"day, and half by {_day(arrival.median)}."
    )


def _compared(route: OtherPlan) -> str:
    words = f"{route.plan.arrival:%B %Y}"
    if route.plan.cost is not None:
        words += f", known cost {route.plan.cost:,.0f} US dollars"
    return words + "."


def _dates(step: Step, kept: Kept) -> str:
    span = busy(step, kept)
    return f"from {_day(span.start)}, done by {_day(span.finish)}"


def _slack(step: Step) -> str:
    if step.critical:
        return "Any delay moves the arrival."
    weeks = step.slack_days // 7
    return f"It can slip by {weeks} week{'' if weeks == 1 else 's'}."


def _proof(plan: Plan) -> str:
    if plan.status == "optimal":
        return "No valid plan arrives earlier by these rules (proven)."
    if plan.status == "feasible":
        if not plan.gap_days:
            return "Nobody arrives earlier; that no plan is cheaper was not proven."
        return f"A plan up to {plan.gap_days} days earlier may exist."
    return "Nothing leads there by these rules."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
