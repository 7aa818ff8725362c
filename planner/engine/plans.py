"""What comes out: a plan, its steps, and the reason of everything in it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from planner.engine.background import Background
from planner.engine.facts import Kind

Status = Literal["optimal", "feasible", "impossible"]
Cause = Literal[
    "start",
    "after",
    "term",
    "window",
    "occupation",
    "hours",
    "pinned",
    "in-progress",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why a step starts when it does, and not a week earlier.

    `steps` are the steps that hold it; two, where two of them end together.
    `also` are further causes that hold at the same moment: take away all of
    them, and the step can start earlier.
    """

    kind: Cause
    text: str
    steps: tuple[str, ...] = ()
    also: tuple[Cause, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Busy:
    """A stretch in which a step takes time: from a day, up to and without another."""

    start: date
    finish: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One thing to do, with its dates.

    `finish` is the day from which the step counts as done; the next step can
    begin that day. `spans` leave out the summers of a degree.
    """

    id: str
    kind: Kind
    title: str
    mode: str
    start: date
    finish: date
    spans: tuple[Busy, ...]
    slack_days: int
    critical: bool
    strength: Literal["required", "recommended", "optional"]
    needs: tuple[str, ...]
    because: Reason
    load_hours_per_week: float
    is_main: bool
    cost: float | None = None
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A requirement that is met already, and by what."""

    requirement: str
    by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A recommendation that is not planned, and why."""

    id: str
    title: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """The answer: the best plan, or the reasons why there is none."""

    background: Background
    catalogue_version: str
    status: Status
    start: date
    arrival: date | None
    steps: tuple[Step, ...] = ()
    credited: tuple[Credit, ...] = ()
    left_out: tuple[LeftOut, ...] = ()
    obstacles: tuple[str, ...] = ()  # when impossible: what cannot be met, in words
    gap_days: int | None = None  # when feasible: how much earlier it might be
    cost: float | None = None  # of what has a known cost; None if nothing has
    unpriced: tuple[str, ...] = ()  # ids of the steps whose cost is not known
