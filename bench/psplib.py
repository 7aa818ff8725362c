"""PSPLIB's scheduling problems, put into the engine's own types.

Kolisch and Sprecher 1996, "PSPLIB - a project scheduling problem library", European
Journal of Operational Research 96(1):205-216. The instances are read where they lie,
and are no part of this project. A period there is a week here, a job an activity, its
modes are ways, and the sink is the goal, which waits for everything.
"""

from __future__ import annotations

import csv
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.engine.guessing import Solution
from planner.engine.network import Activity, Need, Network, Option, Way
from planner.engine.solving import solve

LIBRARY = Path(__file__).parents[2] / "shared" / "psplib"


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do a job: periods, and what it takes of each resource."""

    periods: int
    takes: tuple[int, ...]  # renewable ones first, then nonrenewable ones


@dataclass(frozen=True, slots=True)
class Instance:
    """A problem as its file says it. Jobs are numbered from 1; the last is the sink."""

    name: str
    renewable: tuple[int, ...]  # how much there is in each period
    stocks: tuple[int, ...]  # how much there is in all
    followers: Mapping[int, tuple[int, ...]]
    modes: Mapping[int, tuple[Mode, ...]]

    @property
    def sink(self) -> int:
        return max(self.modes)


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an instance: its makespan lies between these, in periods."""

    lowest: int
    best: int
    is_optimal: bool


def instances(kind: str) -> list[Path]:
    """Return the files of a set, such as j10.mm, in order of their names."""
    return sorted((LIBRARY / kind).iterdir())


def known() -> dict[str, Known]:
    """Return the best known results, by file name."""
    with (LIBRARY / "best.csv").open(encoding="utf-8") as file:
        return {
            row["instance"]: Known(
                int(row["lb"]), int(row["ub"]), row["optimal"] == "1"
            )
            for row in csv.DictReader(file)
        }


def read(path: Path) -> Instance:
    """Read an instance, of one mode a job (.sm) or of several (.mm)."""
    parts = _sections(path.read_text(encoding="ascii"))
    followers = {}
    for job, _modes, _count, *after in _numbers(parts["PRECEDENCE RELATIONS"]):
        followers[job] = tuple(after)
    modes: dict[int, tuple[Mode, ...]] = {}
    job = 0
    resources = len(next(_numbers(parts["RESOURCEAVAILABILITIES"])))
    for numbers in _numbers(parts["REQUESTS/DURATIONS"]):
        if len(numbers) == resources + 3:  # the first mode of a job names it
            job, *numbers = numbers
        _mode, periods, *takes = numbers
        modes[job] = (*modes.get(job, ()), Mode(periods, tuple(takes)))
    there = next(_numbers(parts["RESOURCEAVAILABILITIES"]))
    count = int(_after(parts[""], "- renewable"))
    return Instance(
        path.name, tuple(there[:count]), tuple(there[count:]), followers, modes
    )


def _sections(text: str) -> dict[str, list[str]]:
    """Return the lines of each part of a file; "" is what comes before any."""
    parts: dict[str, list[str]] = {"": []}
    title = ""
    for line in text.splitlines():
        if line.rstrip(" :").isupper() and line.rstrip().endswith(":"):
            title = line.rstrip(" :")
            parts[title] = []
        else:
            parts[title].append(line)
    return parts


def _numbers(lines: list[str]) -> Iterator[list[int]]:
    for line in lines:
        words = line.split()
        if words and all(word.isdigit() for word in words):
            yield [int(word) for word in words]


def _after(lines: list[str], name: str) -> str:
    line = next(line for line in lines if name in line)
    return line.partition(":")[2].split()[0]


def network(instance: Instance) -> Network:
    """Put an instance into the engine's types."""
    waits: dict[int, list[int]] = {job: [] for job in instance.modes}
    for job, after in instance.followers.items():
        for follower in after:
            waits[follower].append(job)
    count = len(instance.renewable)

    def way(number: int, mode: Mode) -> Way:
        uses = _named("R", mode.takes[:count])
        return Way(
            f"mode {number}",
            mode.periods,
            uses=uses if mode.periods else (),
            consumes=_named("N", mode.takes[count:]),
        )

    activities = {
        str(job): Activity(
            id=str(job),
            kind="milestone",
            title=f"job {job}",
            ways=tuple(way(number, mode) for number, mode in enumerate(modes, 1)),
            needs=tuple(
                Need(number, f"job {one}", (Option(str(one)),), about=str(one))
                for number, one in enumerate(waits[job])
            ),
        )
        for job, modes in instance.modes.items()
    }
    return Network(
        goal=str(instance.sink),
        activities=activities,
        capacities=dict(_named("R", instance.renewable)),
        stocks=dict(_named("N", instance.stocks)),
    )


def _named(letter: str, amounts: tuple[int, ...]) -> tuple[tuple[str, int], ...]:
    return tuple(
        (f"{letter}{number}", amount) for number, amount in enumerate(amounts, 1)
    )


def solved(instance: Instance) -> Solution:
    """Solve an instance as a plan is solved: the earliest arrival first."""
    solution = solve(network(instance))
    if solution is None:
        raise RuntimeError(f"{instance.name}: nothing was found.")
    return solution


@dataclass(frozen=True, slots=True)
class Timed:
    """How a set was solved; `off` is the mean distance to the best known makespan."""

    milliseconds: list[float]
    proven: int
    wrong: int  # proven, and not what is known
    off: float


def time_set(kind: str, most: int) -> Timed:
    """Solve so many instances of a set, spread over its classes."""
    paths = instances(kind)
    best = known()
    milliseconds, off, proven, wrong = [], 0.0, 0, 0
    for path in paths[:: max(1, len(paths) // most)]:
        instance = read(path)
        began = time.perf_counter()
        solution = solved(instance)
        milliseconds.append((time.perf_counter() - began) * 1000)
        makespan, there = solution.starts[str(instance.sink)], best[path.name]
        off += makespan / there.best - 1
        proven += solution.is_proven
        wrong += makespan < there.lowest or (
            solution.is_proven and there.is_optimal and makespan != there.best
        )
    return Timed(milliseconds, proven, wrong, off / len(milliseconds))
