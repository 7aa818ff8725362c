"""What is known of a roadmap beside the plan: whose it is, and how it stands."""

from __future__ import annotations

import hashlib
import json
import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta

from planner.documents.background import write_background
from planner.engine.background import Mark
from planner.engine.plans import Busy, Plan, Step
from planner.pages import RoadmapPage, SourceLink
from planner.pages.words import day_words


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Everything that a file says beside the plan; an anonymous plan has none of it.

    `code` tells this roadmap from all others for as long as it is kept, and `sequence`
    counts its changes. `changed_at` knows its time zone.
    """

    name: str = ""  # of the roadmap, in any script
    person: str = ""
    code: str = ""
    changed_at: datetime | None = None
    sequence: int = 0
    marks: Mapping[str, Mark] = field(default_factory=dict)  # by id of the step
    notes: Mapping[str, str] = field(default_factory=dict)  # by id of the step
    sources: Mapping[str, SourceLink] = field(default_factory=dict)  # by slug
    address: str = ""  # of the roadmap on the site


def code_of(plan: Plan, kept: Kept) -> str:
    """Return what tells this roadmap from others: of an anonymous one, its answers."""
    if kept.code:
        return kept.code
    written = json.dumps(write_background(plan.background), sort_keys=True)
    return hashlib.sha256(written.encode()).hexdigest()[:32]


def moment_of(plan: Plan, kept: Kept) -> datetime:
    """Return the time that a file carries, in UTC.

    It is never that of the download: the same roadmap gives the same bytes.
    """
    moment = kept.changed_at or datetime.combine(plan.start, time(), UTC)
    return moment.astimezone(UTC).replace(microsecond=0)


def used_sources(page: RoadmapPage) -> tuple[SourceLink, ...]:
    """Return each source that the steps name, in the order of the steps."""
    named = [
        source
        for step in page.steps
        for source in (step.takes_source, step.cost_source, *step.sources)
        if source is not None
    ]
    return tuple(dict.fromkeys(named))


# How a step stands


def busy(step: Step, kept: Kept) -> Busy:
    """Return from when to when a step takes time: really, where it is over."""
    mark = kept.marks.get(step.id)
    start, finish = step.start, step.finish
    if mark is not None:
        start, finish = mark.started or start, mark.finished or finish
    return Busy(start=start, finish=max(finish, start + timedelta(days=1)))


def status(step: Step, kept: Kept) -> str:
    """Return planned, started or finished."""
    mark = kept.marks.get(step.id)
    if mark is None or (mark.started is None and mark.finished is None):
        return "planned"
    return "started" if mark.finished is None else "finished"


def standing(step: Step, kept: Kept) -> str:
    """Say how far a step is; nothing of one that has not begun."""
    mark = kept.marks.get(step.id)
    if mark is None:
        return ""
    if mark.finished is not None:
        return f"Done on {day_words(mark.finished)}."
    if mark.started is None:
        return ""
    words = f"Under way since {day_words(mark.started)}"
    if mark.expected is not None:
        words += f", expected to be done by {day_words(mark.expected)}"
    return f"{words}."


def last_day(span: Busy) -> date:
    return span.finish - timedelta(days=1)


# What people wrote

# Line breaks are of one kind, and a letter may be joined to the next: that stays.
BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x85\u2028\u2029]")
# Text that turns the direction of what follows could make a date read otherwise.
TURNS = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")


def clean(text: str) -> str:
    """Return a text without what no file holds: control characters, halves of pairs."""
    if text.isprintable():  # as nearly all are; and letter by letter takes long
        return text
    text = BREAKS.sub("\n", text)
    return "".join(letter for letter in text if letter in "\n\t" or _is_written(letter))


def _is_written(letter: str) -> bool:
    if letter in TURNS or (ord(letter) & 0xFFFE) == 0xFFFE:
        return False
    return unicodedata.category(letter) not in {"Cc", "Cs"}


def one_line(text: str) -> str:
    return " ".join(clean(text).split())


def in_file_name(text: str, longest: int) -> str:
    """Return the letters and digits of a text in any script, as part of a file's name.

    What is left is safe on every system, and may be nothing at all.
    """
    letters = "".join(
        letter if unicodedata.category(letter)[0] in "LMN" else " " for letter in text
    )
    return "-".join(letters[:longest].split())
