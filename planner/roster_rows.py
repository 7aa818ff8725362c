"""What stands in the roster's cells, in words."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from planner.auditing import person_name
from planner.models import Consent, Organisation, RoadmapStanding
from planner.pages.words import day_words
from planner.roster import Status

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise

    Text = str | _StrPromise

NAME: Text = gettext_lazy("Student")
# What can stand beside the name, in this order, and what does unless asked otherwise.
COLUMNS: Mapping[str, Text] = {
    "status": gettext_lazy("How it stands"),
    "career": gettext_lazy("Career"),
    "next": gettext_lazy("Next step"),
    "arrival": gettext_lazy("Arrival"),
    "done": gettext_lazy("Steps done"),
    "changed": gettext_lazy("Last change"),
    "review": gettext_lazy("Review"),
    "advisor": gettext_lazy("Advisor"),
}
REVIEWS = dict(Consent.Review.choices)  # asked for anew in each row, it takes longest
USUAL = ("status", "career", "next", "changed", "review", "advisor")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A cell: what it says, and less loudly what belongs to it."""

    text: str
    more: str = ""
    kind: str = ""  # of a status
    is_short: bool = False  # and is not to be broken


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A student in the roster."""

    code: str
    name: str
    email: str
    address: str
    cells: tuple[Cell, ...]


def columns_in(query: QueryDict) -> tuple[str, ...]:
    """Return the columns that a query asks for; unless it names some, the usual."""
    asked = query.getlist("c")
    return tuple(name for name in COLUMNS if name in asked) or USUAL


def rows_of(
    consents: Iterable[Consent],
    organisation: Organisation,
    columns: Iterable[str],
    today: date,
) -> list[Row]:
    """Word a page of the roster; without a query, for consents that were found."""
    shown = tuple(columns)
    return [_row(consent, organisation, shown, today) for consent in consents]


def _row(
    consent: Consent, organisation: Organisation, columns: tuple[str, ...], today: date
) -> Row:
    name, email = person_name(consent.student), consent.student.email
    return Row(
        code=str(consent.code),
        name=name,
        email="" if email == name else email,
        address=reverse("planner:student", args=[organisation.code, consent.code]),
        cells=tuple(CELLS[column](consent, today) for column in columns),
    )


def _standing(consent: Consent) -> RoadmapStanding | None:
    """Return how the shown roadmap stands, if one is shown."""
    return getattr(consent.roadmap, "standing", None)


def _status(consent: Consent, today: date) -> Cell:
    standing = _standing(consent)
    status = Status(getattr(consent, "status"))  # noqa: B009 - the query computed it
    text = str(status.label)
    if status == Status.LATE and standing is not None:
        weeks = (today - (standing.overdue_from or today)).days // 7
        words = ngettext("Late by %(weeks)s week", "Late by %(weeks)s weeks", weeks)
        text = words % {"weeks": weeks}
    return Cell(text=text, kind=status.value)


def _career(consent: Consent, today: date) -> Cell:
    standing = _standing(consent)
    return Cell(text=standing.career_title if standing else "")


def _next(consent: Consent, today: date) -> Cell:
    standing = _standing(consent)
    if standing is None or not standing.next_day:
        return Cell(text="")
    return Cell(text=standing.next_title, more=day_words(standing.next_day))


def _arrival(consent: Consent, today: date) -> Cell:
    standing = _standing(consent)
    arrival = standing.arrival if standing else None
    return Cell(text=f"{arrival:%B %Y}" if arrival else "", is_short=True)


def _done(consent: Consent, today: date) -> Cell:
    standing = _standing(consent)
    if standing is None:
        return Cell(text="")
    words = {"done": standing.steps_done, "all": standing.steps_planned}
    return Cell(text=_("%(done)s of %(all)s") % words, is_short=True)


def _changed(consent: Consent, today: date) -> Cell:
    if consent.roadmap is None:
        return Cell(text="")
    day = timezone.localdate(consent.roadmap.changed_at)
    return Cell(text=day_words(day), is_short=True)


def _review(consent: Consent, today: date) -> Cell:
    more = _("changed since") if consent.has_changed_since else ""
    return Cell(text=str(REVIEWS[consent.review]), more=more, is_short=True)


def _advisor(consent: Consent, today: date) -> Cell:
    advisor = consent.advisor
    return Cell(text=person_name(advisor) if advisor else _("Nobody"))


CELLS: Mapping[str, Callable[[Consent, date], Cell]] = {
    "status": _status,
    "career": _career,
    "next": _next,
    "arrival": _arrival,
    "done": _done,
    "changed": _changed,
    "review": _review,
    "advisor": _advisor,
}
