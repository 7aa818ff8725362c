"""The plan document: the answer, as JSON that other programs read.

The same background and catalogue give the same bytes, on every machine.
"""

from __future__ import annotations

import json
from typing import Any

from planner.engine.plans import Plan, Step

SCHEMA = "careerpath/plan/1"


def write_plan(plan: Plan) -> dict[str, Any]:
    """Write a plan as its document.

    Fields that forecasts and other routes will fill are there and null. `finish`
    is the day from which a step counts as done; the next can begin that day.
    """
    return {
        "schema": SCHEMA,
        "career": plan.background.career,
        "catalogue_version": plan.catalogue_version,
        "status": plan.status,
        "gap_days": plan.gap_days,
        "start": plan.start.isoformat(),
        "arrival": {
            "early": None,
            "likely": None if plan.arrival is None else plan.arrival.isoformat(),
            "late": None,
        },
        "chance_of_target_date": None,
        "target_date_met": _target_met(plan),
        "cost": plan.cost,
        "cost_unknown": list(plan.unpriced),
        "budget_met": _budget_met(plan),
        "steps": [_step(step) for step in plan.steps],
        "credited": [
            {"requirement": credit.requirement, "by": credit.by}
            for credit in plan.credited
        ],
        "left_out": [
            {"id": left.id, "title": left.title, "why": left.why}
            for left in plan.left_out
        ],
        "obstacles": list(plan.obstacles),
        "routes": None,
        "would_help": None,
    }


def dump(document: dict[str, Any]) -> str:
    """Write a document as JSON text that ends with a line break."""
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _step(step: Step) -> dict[str, Any]:
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
        "early_finish": None,
        "late_finish": None,
        "slack_days": step.slack_days,
        "critical": step.critical,
        "strength": step.strength,
        "needs": list(step.needs),
        "because": {
            "kind": step.because.kind,
            "step": step.because.steps[0] if step.because.steps else None,
            "text": step.because.text,
        },
        "load_hours_per_week": step.load_hours_per_week,
        "cost": step.cost,
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
