"""The whole answer: the plan, how sure it is, what else, and what would help."""

from __future__ import annotations

from dataclasses import dataclass

from planner.engine.alternatives import other_routes
from planner.engine.background import Background
from planner.engine.facts import Catalogue
from planner.engine.forecasting import forecast
from planner.engine.planning import work_out
from planner.engine.plans import Forecast, OtherPlan, Plan, Remedy
from planner.engine.remedies import would_help


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A plan and what is to be said of it; an impossible one has no forecast."""

    plan: Plan
    forecast: Forecast | None
    routes: tuple[OtherPlan, ...]
    would_help: tuple[Remedy, ...]


def advise(catalogue: Catalogue, background: Background) -> Advice:
    """Plan, forecast, and look for other routes and remedies.

    Raises KeyError as `make_plan` does.
    """
    worked = work_out(catalogue, background)
    return Advice(
        plan=worked.plan,
        forecast=None if worked.route is None else forecast(worked),
        routes=other_routes(worked),
        would_help=would_help(worked),
    )
