"""A plan as plain text and as Markdown, for reading and for mail."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterator
from datetime import date

from planner.engine.facts import Catalogue
from planner.engine.plans import Plan, Step

WIDTH = 79
ADVICE = "This is planning, not a promise of a job."
SPECIAL = re.compile(r"([\\`*_{}\[\]()#+!|<>~])")


def to_text(plan: Plan, catalogue: Catalogue) -> str:
    """Return the plan as plain text, at most 79 columns wide."""
    lines: list[str] = []
    for kind, words in _parts(plan, catalogue):
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
    return "\n".join(lines) + "\n"


def to_markdown(plan: Plan, catalogue: Catalogue) -> str:
    """Return the plan as Markdown; what people wrote stays text in it."""
    lines: list[str] = []
    before = ""
    for kind, words in _parts(plan, catalogue):
        words = SPECIAL.sub(r"\\\1", words)
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
    return "\n".join(lines) + "\n"


def _parts(plan: Plan, catalogue: Catalogue) -> Iterator[tuple[str, str]]:
    career = catalogue.roles[plan.background.career].title
    if plan.arrival is None:
        yield "title", f"{career}: no plan with these answers"
        yield "heading", "What stands in the way"
        for obstacle in plan.obstacles:
            yield "item", obstacle
    else:
        yield "title", f"{career} by {plan.arrival:%B %Y}"
        yield "line", _summary(plan, plan.arrival)
        yield "heading", "Steps"
        for step in plan.steps:
            yield "item", f"{step.title} ({step.mode}): {_dates(step)}"
            yield "detail", step.because.text
            yield "detail", _slack(step)
    if plan.credited:
        yield "heading", "What you already have"
        for credit in plan.credited:
            yield "item", f"{credit.requirement}: {credit.by}"
    if plan.left_out:
        yield "heading", "Left out"
        for left in plan.left_out:
            yield "item", f"{left.title}: {left.why}"
    yield "heading", "About this plan"
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


def _dates(step: Step) -> str:
    return f"from {_day(step.start)}, done by {_day(step.finish)}"


def _slack(step: Step) -> str:
    if step.critical:
        return "Any delay moves the arrival."
    weeks = step.slack_days // 7
    return f"It can slip by {weeks} week{'' if weeks == 1 else 's'}."


def _proof(plan: Plan) -> str:
    if plan.status == "optimal":
        return "No valid plan arrives earlier by these rules (proven)."
    if plan.status == "feasible":
        return f"A plan up to {plan.gap_days} days earlier may exist."
    return "Nothing leads there by these rules."


def _day(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
