"""What the student brings: where they are, what they want, and what they have."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Wish = Literal["yes", "no", "either"]
Mastery = Literal["some", "solid"]


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
class Background:
    """Everything that a plan depends on, beside the catalogue."""

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
