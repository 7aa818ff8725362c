"""What comes out: a plan, its steps, and the reason of everything in it."""

from __future__ import annotations

from collections.abc import Mapping
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
class Moved:
    """What planning anew did to a step of the earlier plan; None: it was not there."""

    id: str
    title: str
    before: Busy | None
    after: Busy | None
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
    changes: tuple[Moved, ...] = ()  # of planning anew: what moved; the rest stayed
    is_reviewed: bool = True  # False: the route is made from public data alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Range:
    """The 10th, 50th and 90th percentile of a date over all samples."""

    early: date
    median: date
    late: date


@dataclass(frozen=True, slots=True, kw_only=True)
class StepForecast:
    """How sure the dates of one step are."""

    start: Range
    finish: Range


@dataclass(frozen=True, slots=True, kw_only=True)
class Forecast:
    """How sure a plan is: its durations sampled, and the plan played through.

    `months` counts the samples that arrive in each month (its first day), without
    gaps between the first and the last. Chances are shares of all samples.
    """

    samples: int
    arrival: Range
    steps: Mapping[str, StepForecast]
    months: tuple[tuple[date, int], ...]
    chance_as_planned: float  # to arrive on the plan's own day or earlier
    chance_of_target: float | None
    assumptions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class OtherPlan:
    """A plan that other answers lead to, and what was changed for it.

    `change` maps fields of the background document to their new values, so that
    the background with it is read, and leads to this plan.
    """

    name: str
    title: str
    change: Mapping[str, object]
    plan: Plan
    difference_days: int | None  # against the plan it stands beside; None: has none


@dataclass(frozen=True, slots=True, kw_only=True)
class Remedy:
    """A change that makes an impossible plan possible, or meets a wish."""

    kind: str  # hours, full-time-study, masters, start, target-date, budget, …
    text: str
    helps: tuple[str, ...]  # what it mends: plan, target_date, budget
    other: OtherPlan
