"""What the student brings: where they are, what they want, and what they have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Wish = Literal["yes", "no", "either"]
Mastery = Literal["some", "solid"]
Objective = Literal["earliest", "cheapest", "within-budget"]
MastersMode = Literal["any", "full-time", "part-time"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Education:
    """A degree that is finished, or in progress with an expected finish."""

    level: str
    field: str = ""  # CIP 2020 code; empty for a high school diploma
    finished: date | None = None
    expected: date | None = None

    def __post_init__(self) -> None:
        if (self.finished is None) == (self.expected is None):
            raise ValueError("A degree is either finished or expected.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Experience:
    """Months spent in a role."""

    role: str
    months: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Pin:
    """A date that the student sets for a step: not before a day, or exactly then."""

    id: str  # of a step, such as milestone:internship
    not_before: date | None = None
    exactly: date | None = None

    def __post_init__(self) -> None:
        if (self.not_before is None) == (self.exactly is None):
            raise ValueError("A pin is either not before a day, or exactly then.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Override:
    """Something that the student does not need, and why."""

    id: str  # of a thing, such as milestone:portfolio
    because: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnMilestone:
    """Something that the student adds to the plan, to be done before the arrival.

    It takes either weeks, beside everything else, or hours out of the free ones; and
    waits for what it needs: the ids of things, its own kind among them.
    """

    slug: str  # begins with own-
    title: str
    weeks: float | None = None
    hours: float | None = None
    needs: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if (self.weeks is None) == (self.hours is None):
            raise ValueError("A milestone of one's own takes either weeks or hours.")

    @property
    def id(self) -> str:
        return f"milestone:{self.slug}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """What became of a step: the days on which it really started and was finished."""

    started: date | None = None
    finished: date | None = None
    expected: date | None = None  # when what runs will be finished

    @property
    def has_begun(self) -> bool:
        return self.started is not None or self.finished is not None


@dataclass(frozen=True, slots=True, kw_only=True)
class Tracked:
    """A step of an earlier plan, and what became of it.

    `mode`, `start`, `finish` and `load_hours_per_week` are as planned then; the load
    tells apart paces that take as long. `started` and `finished` are what really
    happened; `expected` is when something that runs will be finished.
    """

    id: str
    mode: str
    start: date
    finish: date
    started: date | None = None
    finished: date | None = None
    expected: date | None = None
    load_hours_per_week: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How an earlier plan stands on a day, to plan the rest of it anew.

    What is neither started nor finished by `as_of` can begin then at the earliest.
    """

    as_of: date
    steps: tuple[Tracked, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Background:
    """Everything that a plan depends on, beside the catalogue.

    The objective "within-budget" is the earliest arrival that the budget pays for, as
    far as costs are known, or else the cheapest plan. `masters_mode` says how a
    master's is studied, if one is; `bootcamp` whether a full-time course beside no
    degree is wanted. The two kinds of pay, in US dollars a year, are the student's own
    figures for the question whether a master's is worth it; they change no date.
    """

    career: str
    start: date
    hours_per_week: float = 10
    full_time_study: bool = True
    masters: Wish = "either"
    education: tuple[Education, ...] = ()
    skills: Mapping[str, Mastery] = field(default_factory=dict)
    experience: tuple[Experience, ...] = ()
    done: tuple[str, ...] = ()  # slugs of milestones
    target_date: date | None = None
    budget: float | None = None
    tuition_per_year: float | None = None
    objective: Objective = "earliest"
    masters_mode: MastersMode = "any"
    bootcamp: Wish = "either"
    pins: tuple[Pin, ...] = ()
    not_needed: tuple[Override, ...] = ()
    own: tuple[OwnMilestone, ...] = ()
    progress: Progress | None = None
    pay: float | None = None
    pay_with_masters: float | None = None

    def names(self) -> Iterator[str]:
        """Yield the id of everything that is named: the career, and what there is."""
        yield f"role:{self.career}"
        yield from (f"role:{held.role}" for held in self.experience)
        yield from (f"skill:{slug}" for slug in self.skills)
        yield from (f"milestone:{slug}" for slug in self.done)
        yield from (pin.id for pin in self.pins)
        yield from (override.id for override in self.not_needed)
        yield from (name for own in self.own for name in own.needs)
        if self.progress is not None:
            yield from (step.id for step in self.progress.steps)
