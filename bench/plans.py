"""How long a plan takes, from facts and background to the finished plan."""

from __future__ import annotations

import time
from dataclasses import dataclass

from bench.careers import made_up_career
from planner.engine.planning import make_plan


@dataclass(frozen=True)
class Timed:
    milliseconds: list[float]
    steps: list[int]
    proven: int


def time_plans(size: int, cases: int) -> Timed:
    """Plan so many made-up careers of this size, the solver loaded before."""
    make_plan(*made_up_career(0, size))
    milliseconds, steps, proven = [], [], 0
    for seed in range(cases):
        catalogue, background = made_up_career(seed, size)
        began = time.perf_counter()
        plan = make_plan(catalogue, background)
        milliseconds.append((time.perf_counter() - began) * 1000)
        steps.append(len(plan.steps))
        proven += plan.status == "optimal"
    return Timed(milliseconds, steps, proven)
