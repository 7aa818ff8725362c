"""The plan document: the answer, as JSON that other programs read.

The same background and catalogue give the same bytes, on every machine.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from planner.engine.advising import Advice
from planner.engine.background import Background, Pin
from planner.engine.plans import (
    Busy,
    Credit,
    Forecast,
    LeftOut,
    Moved,
    OtherPlan,
    Plan,
    Range,
    Reason,
    Remedy,
    Step,
    StepForecast,
)
from planner.engine.worth import MastersQuestion, Side

SCHEMA = "careerpath/plan/1"


def write_plan(
    plan: Plan,
    forecast: Forecast | None = None,
    routes: Iterable[OtherPlan] | None = None,
    would_help: Iterable[Remedy] | None = None,
    masters: MastersQuestion | None = None,
) -> dict[str, Any]:
    """Write a plan, and what is known beside it, as its document.

    What was not worked out is null, and so is the question whether a master's is
    worth it where it has no two sides. `finish` is the day from which a step counts
    as done; the next can begin that day. Early and late dates are the 10th and 90th
    percentile, but never on the wrong side of the plan's own day; `forecast` has
    the percentiles as they are.
    """
    return {
        "schema": SCHEMA,
        "career": plan.background.career,
        "catalogue_version": plan.catalogue_version,
        "reviewed": plan.is_reviewed,
        "status": plan.status,
        "gap_days": plan.gap_days,
        "start": plan.start.isoformat(),
        "arrival": _arrival(plan, forecast),
        "chance_of_target_date": None
        if forecast is None
        else forecast.chance_of_target,
        "target_date_met": _target_met(plan),
        "cost": plan.cost,
        "cost_unknown": list(plan.unpriced),
        "budget_met": _budget_met(plan),
        "steps": [_step(step, forecast) for step in plan.steps],
        "credited": [
            {"requirement": credit.requirement, "by": credit.by}
            for credit in plan.credited
        ],
        "left_out": [
            {"id": left.id, "title": left.title, "why": left.why}
            for left in plan.left_out
        ],
        "obstacles": list(plan.obstacles),
        "changes": [_moved(moved) for moved in plan.changes],
        "forecast": None if forecast is None else _forecast(forecast),
        "routes": None if routes is None else [_route(route) for route in routes],
        "would_help": (
            None if would_help is None else [_remedy(remedy) for remedy in would_help]
        ),
        "masters_question": None if masters is None else _masters(masters),
    }


def write_advice(advice: Advice) -> dict[str, Any]:
    """Write a plan with everything that is said of it."""
    return write_plan(
        advice.plan,
        advice.forecast,
        advice.routes,
        advice.would_help,
        advice.masters,
    )


def read_plan(
    document: Mapping[str, Any], background: Background
) -> tuple[Plan, Forecast | None]:
    """Read a plan and its forecast back from the document that `write_plan` wrote.

    For what this site itself has kept: nothing is checked. Routes, remedies and the
    question of the master's are left aside.
    """
    arrival = document["arrival"]["likely"]
    plan = Plan(
        background=background,
        catalogue_version=document["catalogue_version"],
        status=document["status"],
        start=_day(document["start"]),
        arrival=None if arrival is None else _day(arrival),
        steps=tuple(_read_step(step) for step in document["steps"]),
        credited=tuple(Credit(**credit) for credit in document["credited"]),
        left_out=tuple(LeftOut(**left) for left in document["left_out"]),
        obstacles=tuple(document["obstacles"]),
        gap_days=document["gap_days"],
        cost=document["cost"],
        unpriced=tuple(document["cost_unknown"]),
        changes=tuple(_read_moved(moved) for moved in document["changes"]),
        is_reviewed=document["reviewed"],
    )
    found = document["forecast"]
    if found is None:
        return plan, None
    return plan, Forecast(
        samples=found["samples"],
        arrival=_read_range(found["arrival"]),
        steps={
            name: StepForecast(
                start=_read_range(step["start"]), finish=_read_range(step["finish"])
            )
            for name, step in found["steps"].items()
        },
        months=tuple(
            (_day(f"{month['month']}-01"), month["samples"])
            for month in found["months"]
        ),
        chance_as_planned=found["chance_as_planned"],
        chance_of_target=document["chance_of_target_date"],
        assumptions=tuple(found["assumptions"]),
    )


def _read_step(step: Mapping[str, Any]) -> Step:
    because = step["because"]
    return Step(
        id=step["id"],
        kind=step["kind"],
        title=step["title"],
        mode=step["mode"],
        start=_day(step["start"]),
        finish=_day(step["finish"]),
        spans=tuple(_read_busy(span) for span in step["spans"]),
        slack_days=step["slack_days"],
        critical=step["critical"],
        strength=step["strength"],
        needs=tuple(step["needs"]),
        because=Reason(
            kind=because["kind"],
            text=because["text"],
            steps=tuple(because["steps"]),
            also=tuple(because["also"]),
        ),
        load_hours_per_week=step["load_hours_per_week"],
        is_main=step["main_occupation"],
        cost=step["cost"],
        source=step["source"] or "",
    )


def _read_moved(moved: Mapping[str, Any]) -> Moved:
    before, after = moved["before"], moved["after"]
    return Moved(
        id=moved["id"],
        title=moved["title"],
        before=None if before is None else _read_busy(before),
        after=None if after is None else _read_busy(after),
        why=moved["why"],
    )


def _read_busy(busy: Mapping[str, str]) -> Busy:
    return Busy(start=_day(busy["start"]), finish=_day(busy["finish"]))


def _read_range(found: Mapping[str, str]) -> Range:
    return Range(
        early=_day(found["p10"]), median=_day(found["p50"]), late=_day(found["p90"])
    )


def _day(text: str) -> date:
    return date.fromisoformat(text)


def write_change(change: Mapping[str, object]) -> dict[str, object]:
    """Write answers given otherwise as the fields of a background document."""
    return {name: _plain(value) for name, value in change.items()}


def _plain(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    if isinstance(value, Pin):
        days = {"not_before": value.not_before, "exactly": value.exactly}
        return {"id": value.id} | {
            name: day.isoformat() for name, day in days.items() if day is not None
        }
    return value


def dump(document: dict[str, Any]) -> str:
    """Write a document as JSON text that ends with a line break."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _arrival(plan: Plan, forecast: Forecast | None) -> dict[str, str | None]:
    if plan.arrival is None:
        return {"early": None, "likely": None, "late": None}
    early, late = _around(plan.arrival, None if forecast is None else forecast.arrival)
    return {"early": early, "likely": plan.arrival.isoformat(), "late": late}


def _around(day: date, found: Range | None) -> tuple[str | None, str | None]:
    if found is None:
        return None, None
    return min(found.early, day).isoformat(), max(found.late, day).isoformat()


def _forecast(forecast: Forecast) -> dict[str, Any]:
    return {
        "samples": forecast.samples,
        "arrival": _range(forecast.arrival),
        "steps": {
            name: {"start": _range(step.start), "finish": _range(step.finish)}
            for name, step in forecast.steps.items()
        },
        "months": [
            {"month": f"{month:%Y-%m}", "samples": count}
            for month, count in forecast.months
        ],
        "chance_as_planned": forecast.chance_as_planned,
        "assumptions": list(forecast.assumptions),
    }


def _range(found: Range) -> dict[str, str]:
    return {
        "p10": found.early.isoformat(),
        "p50": found.median.isoformat(),
        "p90": found.late.isoformat(),
    }


def _moved(moved: Moved) -> dict[str, Any]:
    return {
        "id": moved.id,
        "title": moved.title,
        "before": _busy(moved.before),
        "after": _busy(moved.after),
        "why": moved.why,
    }


def _busy(busy: Busy | None) -> dict[str, str] | None:
    if busy is None:
        return None
    return {"start": busy.start.isoformat(), "finish": busy.finish.isoformat()}


def _route(route: OtherPlan) -> dict[str, Any]:
    return {
        "name": route.name,
        "title": route.title,
        "change": write_change(route.change),
        "arrival": _iso(route.plan.arrival),
        "difference_days": route.difference_days,
        "cost": route.plan.cost,
        "status": route.plan.status,
    }


def _remedy(remedy: Remedy) -> dict[str, Any]:
    return {
        "kind": remedy.kind,
        "text": remedy.text,
        "helps": list(remedy.helps),
        "change": write_change(remedy.other.change),
        "arrival": _iso(remedy.other.plan.arrival),
        "cost": remedy.other.plan.cost,
        "status": remedy.other.plan.status,
    }


def _masters(question: MastersQuestion) -> dict[str, Any]:
    found = question.break_even
    return {
        "text": question.text,
        "difference_days": question.difference_days,
        "pay_forgone": question.pay_forgone,
        "premium": question.premium,
        "premium_needed": question.premium_needed,
        "ahead": question.ahead,
        "break_even": None
        if found is None
        else {
            "year": found.year,
            "p10": found.early,
            "p50": found.median,
            "p90": found.late,
            "chance": found.chance,
        },
        "years": list(question.years),
        "without": _side(question.without),
        "with": _side(question.with_masters),
        "influences": [
            {
                "name": influence.name,
                "low": influence.low,
                "high": influence.high,
                "ahead": list(influence.ahead),
                "years": list(influence.years),
                "text": influence.text,
            }
            for influence in question.influences
        ],
        "missing": list(question.missing),
        "assumptions": list(question.assumptions),
    }


def _side(side: Side) -> dict[str, Any]:
    return {
        "arrival": side.arrival.isoformat(),
        "cost": side.cost,
        "cost_unknown": list(side.unpriced),
        "earned": list(side.pay),
        "balance": list(side.balance),
        "figures": [
            {
                "id": figure.id,
                "title": figure.title,
                "amount": figure.amount,
                "is_yearly": figure.is_yearly,
                "source": figure.source or None,
            }
            for figure in side.figures
        ],
    }


def _iso(day: date | None) -> str | None:
    return None if day is None else day.isoformat()


def _step(step: Step, forecast: Forecast | None) -> dict[str, Any]:
    found = None if forecast is None else forecast.steps[step.id].finish
    early, late = _around(step.finish, found)
    return {
        "id": step.id,
        "kind": step.kind,
        "title": step.title,
        "mode": step.mode,
        "start": step.start.isoformat(),
        "finish": step.finish.isoformat(),
        "spans": [
            {"start": span.start.isoformat(), "finish": span.finish.isoformat()}
            for span in step.spans
        ],
        "early_finish": early,
        "late_finish": late,
        "slack_days": step.slack_days,
        "critical": step.critical,
        "strength": step.strength,
        "needs": list(step.needs),
        "because": {
            "kind": step.because.kind,
            "step": step.because.steps[0] if step.because.steps else None,
            "steps": list(step.because.steps),
            "also": list(step.because.also),
            "text": step.because.text,
        },
        "load_hours_per_week": step.load_hours_per_week,
        "main_occupation": step.is_main,
        "cost": step.cost,
        "source": step.source or None,
    }


def _target_met(plan: Plan) -> bool | None:
    target = plan.background.target_date
    if target is None or plan.arrival is None:
        return None
    return plan.arrival <= target


def _budget_met(plan: Plan) -> bool | None:
    """Say whether the budget holds; None where a cost is not known."""
    budget = plan.background.budget
    if budget is None or plan.arrival is None:
        return None
    if (plan.cost or 0) > budget:
        return False
    return None if plan.unpriced else True
