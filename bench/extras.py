"""How long it takes to say more of a plan: how sure, how cheap, what would help, anew.

Making the plan that is asked about is not counted, but for planning anew.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from functools import partial
from typing import TypeVar

from bench.careers import made_up_career
from planner.engine.background import Progress, Tracked
from planner.engine.forecasting import SAMPLES, forecast
from planner.engine.frontier import frontier
from planner.engine.planning import Worked, make_plan, work_out
from planner.engine.plans import Plan
from planner.engine.remedies import would_help

One = TypeVar("One")
SLIP = timedelta(weeks=8)


@dataclass(slots=True)
class Timed:
    """`good` counts the cases in which all is proven, or there is an answer."""

    milliseconds: list[float] = field(default_factory=list)
    good: int = 0

    @property
    def share(self) -> str:
        return f"{self.good} of {len(self.milliseconds)}"

    def time(self, work: Callable[[], bool]) -> None:
        began = time.perf_counter()
        is_good = work()
        self.milliseconds.append((time.perf_counter() - began) * 1000)
        self.good += is_good


def time_sampling(size: int, cases: int) -> Timed:
    """Sample so many plans; good where the plan itself is proven."""

    def sample(worked: Worked) -> bool:
        forecast(worked, SAMPLES)
        return worked.plan.status == "optimal"

    return _timed(
        [work_out(*made_up_career(seed, size)) for seed in range(cases)], sample
    )


def time_frontier(size: int, cases: int) -> tuple[Timed, list[int]]:
    """Find the frontiers, and how many plans are on each; good where whole."""
    plans: list[int] = []

    def trade(worked: Worked) -> bool:
        found = frontier(worked)
        plans.append(len(found.plans))
        return found.is_whole

    works = [work_out(*made_up_career(seed, size)) for seed in range(cases)]
    timed = _timed(works, trade)
    return timed, plans[1:]


def time_remedies(size: int, cases: int) -> Timed:
    """Find what would help who has 8 hours a week and may not study full-time.

    Those who have a plan all the same are left out; good where something helps.
    """
    works = []
    for seed in range(cases):
        catalogue, background = made_up_career(seed, size)
        worked = work_out(
            catalogue, replace(background, full_time_study=False, hours_per_week=8)
        )
        if worked.plan.status == "impossible":
            works.append(worked)
    return _timed(works, lambda worked: bool(would_help(worked)))


def time_replanning(size: int, cases: int) -> Timed:
    """Plan anew halfway, when what runs takes eight weeks longer; good where proven."""
    works = []
    for seed in range(cases):
        catalogue, background = made_up_career(seed, size)
        plan = make_plan(catalogue, background)
        works.append((catalogue, replace(background, progress=halfway(plan))))
    return _timed(works, lambda given: make_plan(*given).status == "optimal")


def halfway(plan: Plan) -> Progress:
    """Return how a plan stands halfway if all that runs then slips."""
    arrival = plan.start if plan.arrival is None else plan.arrival
    as_of = plan.start + (arrival - plan.start) / 2
    return Progress(
        as_of=as_of,
        steps=tuple(
            Tracked(
                id=step.id,
                mode=step.mode,
                start=step.start,
                finish=step.finish,
                started=step.start if step.start < as_of else None,
                finished=step.finish if step.finish <= as_of else None,
                expected=_expected(step.start, step.finish, as_of),
                load_hours_per_week=step.load_hours_per_week,
            )
            for step in plan.steps
        ),
    )


def _expected(start: date, finish: date, as_of: date) -> date | None:
    return finish + SLIP if start < as_of < finish else None


def _timed(works: list[One], work: Callable[[One], bool]) -> Timed:
    found = Timed()
    if works:
        work(works[0])  # loads what is loaded when it is first used
    for one in works:
        found.time(partial(work, one))
    return found
