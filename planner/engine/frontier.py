"""The exact trade-off between the date and the money."""

from __future__ import annotations

from dataclasses import dataclass, replace

from planner.engine.planning import Worked, work_out
from planner.engine.plans import Plan
from planner.engine.solving import QUICK, required_cost


@dataclass(frozen=True, slots=True, kw_only=True)
class Frontier:
    """Plans from the earliest to the cheapest, none of which another one beats.

    Each arrives later than the one before, and costs less (in whole dollars, of
    what is required and has a known cost: `costs`). With its own cost as the budget,
    and the objective "within-budget", each is the plan again. `is_whole` says that
    there are no more, and that each is proven.
    """

    plans: tuple[Plan, ...]
    costs: tuple[int, ...]
    is_whole: bool


def frontier(worked: Worked, most: int = 12) -> Frontier:
    """Find what a later arrival saves, step by step, from the earliest plan on.

    Each step asks for the earliest arrival that costs less than the one before
    (the epsilon-constraint method), so no plan in between is missed.
    """
    plans: list[Plan] = []
    costs: list[int] = []
    background = worked.plan.background
    if background.objective != "earliest":
        background = replace(background, objective="earliest")
        worked = work_out(worked.catalogue, background)
    now = worked
    while now.route is not None and len(plans) < most:
        plans.append(now.plan)
        costs.append(required_cost(now.network, now.route))
        if costs[-1] == 0:
            break
        now = work_out(
            worked.catalogue, background, replace(QUICK, most_cost=costs[-1] - 1)
        )
    is_ended = now.route is None or (bool(costs) and costs[-1] == 0)
    return Frontier(
        plans=tuple(plans),
        costs=tuple(costs),
        is_whole=is_ended and all(plan.status == "optimal" for plan in plans),
    )
