"""The whole answer: the plan, how sure it is, what else, and what would help."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from planner.engine.alternatives import other_routes
from planner.engine.background import Background
from planner.engine.facts import Catalogue
from planner.engine.forecasting import forecast
from planner.engine.planning import work_out
from planner.engine.plans import Forecast, OtherPlan, Plan, Remedy
from planner.engine.remedies import would_help
from planner.engine.worth import MastersQuestion, PayFigure, is_masters_worth_it


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A plan and what is to be said of it; an impossible one has no forecast."""

    plan: Plan
    forecast: Forecast | None
    routes: tuple[OtherPlan, ...]
    would_help: tuple[Remedy, ...]
    masters: MastersQuestion | None  # None where there are no two sides to it


def advise(
    catalogue: Catalogue, background: Background, pay: Mapping[str, PayFigure]
) -> Advice:
    """Plan, forecast, and look for other routes, remedies, and a master's worth.

    `pay` has the yearly pay of roles by slug, as far as it is known. Raises KeyError
    as `make_plan` does.
    """
    worked = work_out(catalogue, background)
    return Advice(
        plan=worked.plan,
        forecast=None if worked.route is None else forecast(worked),
        routes=other_routes(worked),
        would_help=would_help(worked),
        masters=is_masters_worth_it(worked, pay),
    )
