"""How long plans take, and what is worked out beside them, on made-up careers."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import Any

from bench.careers import made_up_career
from planner.engine.background import Background
from planner.engine.crediting import holdings
from planner.engine.facts import Catalogue
from planner.engine.forecasting import forecast
from planner.engine.frontier import frontier
from planner.engine.guessing import first_route
from planner.engine.narrowing import narrow
from planner.engine.network import Network, build_network
from planner.engine.planning import Worked, make_plan, work_out
from planner.engine.plans import Plan
from planner.engine.remedies import would_help
from planner.engine.scheduling import earliest_bounds
from planner.engine.solving import LONGEST, required_only, solve
from planner.engine.tracking import as_planned
from planner.engine.weeks import Calendar


@dataclass(frozen=True)
class Timed:
    milliseconds: list[float]
    steps: list[int]
    proven: int


@dataclass(frozen=True)
class Beside:
    """What is worked out beside a plan: how long it takes, how many were proven."""

    title: str
    milliseconds: list[float]
    proven: int


@dataclass(frozen=True)
class Raced:
    """The engine and its peer on the same problems, in turn."""

    ours: list[float]  # milliseconds
    peers: list[float]
    proven: tuple[int, int]
    agreed: int  # on the week of the arrival


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


def time_beside(size: int, cases: int) -> list[Beside]:
    """Time what stands beside a plan, on careers of this size.

    The frontier and the repairs are many plans each. Who needs a repair has no free
    hours and cannot study full-time; who plans anew has slipped by three months.
    """
    people = [made_up_career(seed, size) for seed in range(cases)]
    planned = [work_out(*person) for person in people]
    plans = [worked for worked in planned if worked.route is not None]
    stuck = [
        work_out(facts, replace(person, hours_per_week=0, full_time_study=False))
        for facts, person in people
    ]
    return [
        _timed("2,000 samples of a plan", plans, forecast, lambda found: True),
        _timed(
            "the frontier of date and money",
            plans,
            frontier,
            lambda found: found.is_whole,
        ),
        _timed(
            "repairs of what has no plan",
            [worked for worked in stuck if worked.route is None],
            would_help,
            lambda found: all(r.other.plan.status == "optimal" for r in found),
        ),
        _timed(
            "planned anew after a slip",
            plans,
            _replanned,
            lambda plan: plan.status == "optimal",
        ),
    ]


def _timed(
    title: str,
    plans: list[Worked],
    work: Callable[[Worked], Any],
    is_proven: Callable[[Any], bool],
) -> Beside:
    work(plans[0])
    milliseconds, proven = [], 0
    for worked in plans:
        began = time.perf_counter()
        found = work(worked)
        milliseconds.append((time.perf_counter() - began) * 1000)
        proven += is_proven(found)
    return Beside(title, milliseconds, proven)


def _replanned(worked: Worked) -> Plan:
    """Plan the rest anew for somebody who did nothing of it for three months."""
    background = worked.plan.background
    progress = as_planned(worked.plan)
    late = replace(progress, as_of=worked.plan.start + timedelta(weeks=13))
    return make_plan(worked.catalogue, replace(background, progress=late))


def race(size: int, cases: int) -> Raced:
    """Solve the same networks here and in PyJobShop, in turn.

    Ours is timed from the network to the proven best route; the peer's from the
    network as we have narrowed it to the proven earliest arrival.
    """
    from bench.peer import peer_answer

    ours, peers, agreed = [], [], 0
    proven = [0, 0]
    for seed in range(-1, cases):
        network = _network(*made_up_career(max(seed, 0), size))
        began = time.perf_counter()
        solution = solve(network)
        between = time.perf_counter()
        bare = required_only(network)
        first = first_route(bare, earliest_bounds(bare))
        narrowed = narrow(bare, first.starts[bare.goal] if first else LONGEST)
        if solution is None or narrowed is None:
            continue
        again = time.perf_counter()
        answer = peer_answer(narrowed)
        ended = time.perf_counter()
        if seed < 0:
            continue  # both are loaded now
        ours.append((between - began) * 1000)
        peers.append((ended - again) * 1000)
        proven[0] += solution.is_proven
        proven[1] += answer.is_proven
        agreed += answer.arrival == solution.starts[network.goal]
    return Raced(ours, peers, (proven[0], proven[1]), agreed)


def _network(catalogue: Catalogue, background: Background) -> Network:
    calendar = Calendar.starting(background.start)
    have = holdings(catalogue, background, calendar)
    return build_network(catalogue, background, have, calendar)
