"""PSPLIB, the library of project scheduling problems, in the engine's own types.

Kolisch and Sprecher, "PSPLIB - a project scheduling problem library", European
Journal of Operational Research 96 (1996). `.sm` files have one mode an activity and
renewable resources, `.mm` files several modes and nonrenewable resources as well.
The instances are not part of the project: they lie in a folder beside it.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from planner.engine.network import Activity, Need, Network, Option, Way

FOLDER = Path(__file__).parents[1].parent / "shared" / "psplib"


@dataclass(frozen=True, slots=True)
class Mode:
    """One way to do a job: how long it takes, and what of each resource."""

    duration: int
    uses: tuple[int, ...]  # of each renewable resource, all the time
    consumes: tuple[int, ...]  # of each nonrenewable resource, once


@dataclass(frozen=True, slots=True)
class Job:
    number: int
    modes: tuple[Mode, ...]
    successors: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Instance:
    """A project as the file states it; the first and the last job take no time."""

    name: str
    jobs: Mapping[int, Job]
    renewable: tuple[int, ...]
    nonrenewable: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Known:
    """What is known of an instance: bounds on its makespan, and whether they meet."""

    least: int
    best: int
    is_optimal: bool


def instances(kind: str) -> list[Path]:
    """Return the files of a kind, such as j10.mm, in the order of their names."""
    return sorted((FOLDER / kind).glob(f"*.{kind.partition('.')[2]}"))


def known() -> dict[str, Known]:
    """Return what is known of each instance, by the name of its file."""
    with (FOLDER / "best.csv").open(encoding="utf-8", newline="") as file:
        return {
            row["instance"]: Known(
                int(row["lb"]), int(row["ub"]), row["optimal"] == "1"
            )
            for row in csv.DictReader(file)
        }


def read(path: Path) -> Instance:
    """Read an instance. Raises ValueError where the file is not as it should be."""
    sections = _sections(path.read_text(encoding="ascii").splitlines())
    try:
        kinds, amounts = sections["RESOURCEAVAILABILITIES"]
        capacities = [int(word) for word in amounts.split()]
        renewable = kinds.split().count("R")
        successors = {
            number: tuple(after)
            for number, _, _, *after in _rows(sections["PRECEDENCE RELATIONS"][1:])
        }
        modes = _modes(sections["REQUESTS/DURATIONS"][2:], renewable)
        jobs = {
            number: Job(number, tuple(modes[number]), after)
            for number, after in successors.items()
        }
    except (KeyError, ValueError) as error:
        raise ValueError(f"{path.name} is no PSPLIB instance: {error}") from error
    return Instance(
        path.name, jobs, tuple(capacities[:renewable]), tuple(capacities[renewable:])
    )


def _sections(lines: list[str]) -> dict[str, list[str]]:
    """Return the lines of each section by its title; lines of asterisks end it."""
    sections: dict[str, list[str]] = {}
    lines_of: list[str] | None = None
    for line in lines:
        if line.startswith("***"):
            lines_of = None
        elif lines_of is None:
            lines_of = sections.setdefault(line.strip().rstrip(":"), [])
        elif line.strip():
            lines_of.append(line)
    return sections


def _rows(lines: list[str]) -> Iterator[list[int]]:
    for line in lines:
        yield [int(word) for word in line.split()]


def _modes(lines: list[str], renewable: int) -> dict[int, list[Mode]]:
    """Read the modes by job; only the first mode's line names the job."""
    found: dict[int, list[Mode]] = {}
    job = 0
    width = min(len(line.split()) for line in lines)  # of a line that names no job
    several = [line for line in lines if len(line.split()) > width]
    for row in _rows(lines):
        if len(row) > width or not several:
            job, *row = row
        _, duration, *amounts = row
        mode = Mode(duration, tuple(amounts[:renewable]), tuple(amounts[renewable:]))
        found.setdefault(job, []).append(mode)
    return found


def network_of(instance: Instance) -> Network:
    """Put an instance into the engine's types: every job is needed by its successors.

    A period is a week. The last job is the goal; the first one only says that the
    others do not start before week 0, so nothing is made of it.
    """
    first, last = min(instance.jobs), max(instance.jobs)
    before: dict[int, list[int]] = {number: [] for number in instance.jobs}
    for job in instance.jobs.values():
        for successor in job.successors:
            if job.number != first:
                before[successor].append(job.number)
    needs = iter(range(sum(map(len, before.values()))))
    activities = {
        name_of(job.number): Activity(
            id=name_of(job.number),
            kind="role" if job.number == last else "milestone",
            title=name_of(job.number),
            ways=tuple(_ways(job)),
            needs=tuple(
                Need(next(needs), name_of(other), (Option(name_of(other)),))
                for other in before[job.number]
            ),
        )
        for job in instance.jobs.values()
        if job.number != first
    }
    return Network(
        goal=name_of(last),
        activities=activities,
        capacities=_named("R", instance.renewable),
        stocks=_named("N", instance.nonrenewable),
    )


def name_of(job: int) -> str:
    return f"job {job}"


def mode_name(index: int) -> str:
    return f"mode {index + 1}"


def _ways(job: Job) -> Iterator[Way]:
    for index, mode in enumerate(job.modes):
        yield Way(
            mode_name(index),
            mode.duration,
            uses=tuple((k, v) for k, v in _named("R", mode.uses).items() if v),
            consumes=tuple((k, v) for k, v in _named("N", mode.consumes).items() if v),
        )


def _named(letter: str, amounts: tuple[int, ...]) -> dict[str, int]:
    return {f"{letter} {index + 1}": amount for index, amount in enumerate(amounts)}
