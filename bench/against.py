"""The engine and PyJobShop in turn, on the same careers, with one worker each."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from bench.careers import made_up_career
from bench.peer import Answer, arrival, narrowed, within_a_life
from planner.engine.crediting import holdings
from planner.engine.narrowing import Narrowed
from planner.engine.network import Network, build_network
from planner.engine.solving import solve
from planner.engine.weeks import Calendar


@dataclass(slots=True)
class Side:
    """What one of them did; `same` and `both` hold it against the engine's arrivals."""

    title: str
    milliseconds: list[float] = field(default_factory=list)
    proven: int = 0
    both: int = 0  # cases in which this one and the engine are proven
    same: int = 0  # of those, the ones with the same arrival


def compare(size: int, cases: int) -> list[Side]:
    """Time them one after the other, from the network to the answer; ours first."""
    sides = [
        Side("the engine: the arrival, then all the rest"),
        Side("PyJobShop: the arrival, narrowed for it"),
        Side("PyJobShop: the arrival within a life"),
    ]
    _turn(0, size)  # loads the solver and both libraries
    for seed in range(cases):
        answers = _turn(seed, size)
        ours = answers[0][1]
        for side, (milliseconds, answer) in zip(sides, answers, strict=True):
            side.milliseconds.append(milliseconds)
            side.proven += answer.is_proven
            if answer.is_proven and ours.is_proven:
                side.both += 1
                side.same += answer.arrival == ours.arrival
    return sides


def _turn(seed: int, size: int) -> list[tuple[float, Answer]]:
    network = career_network(seed, size)
    given = [narrowed(network), within_a_life(network)]
    answers = [_ours(network)]
    for one in given:
        if one is None:
            raise ValueError(f"The made-up career {seed} of {size} has no plan.")
        answers.append(_peers(one))
    return answers


def _ours(network: Network) -> tuple[float, Answer]:
    began = time.perf_counter()
    solution = solve(network)
    milliseconds = (time.perf_counter() - began) * 1000
    if solution is None:
        return milliseconds, Answer(None, is_proven=False)
    return milliseconds, Answer(solution.starts[network.goal], solution.is_proven)


def _peers(given: Narrowed) -> tuple[float, Answer]:
    began = time.perf_counter()
    answer = arrival(given)
    return (time.perf_counter() - began) * 1000, answer


def career_network(seed: int, size: int) -> Network:
    catalogue, background = made_up_career(seed, size)
    calendar = Calendar.starting(background.start)
    have = holdings(catalogue, background, calendar)
    return build_network(catalogue, background, have, calendar)
