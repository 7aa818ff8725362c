"""The roster: the students of an organisation, found and sorted by a query's words.

What is asked stands in the query of an address, so that it can be kept, sent, and
given to a file of the same students. Whatever it says, it is answered: values that mean
nothing are left out, and named so that a page can say so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import (
    Case,
    CharField,
    Count,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextChoices,
    Value,
    When,
)
from django.db.models.functions import Coalesce, Concat, Lower, NullIf
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from planner.models import Consent, Membership, Organisation, StandingStep
from planner.pages.agenda import A_WEEK
from planner.pages.terms import Term

MOST_WORDS = 8
LONGEST_WORD = 100
MOST_WEEKS = 520
LONGEST_STEP = 200

# The names that a query of the roster knows; `c` are the columns that are shown.
NAMES = (
    "q",
    "status",
    "review",
    "career",
    "advisor",
    "within",
    "step",
    "term",
    "sort",
    "c",
)

ME = "me"
NOBODY = "nobody"


# What words are looked for in, together: one text is searched sooner than four.
SEARCHED = Concat(
    "student__first_name",
    Value(" "),
    "student__last_name",
    Value(" "),
    "student__email",
    Value(" "),
    "roadmap__standing__career_title",
    output_field=CharField(),
)
# What people are counted by, for sums that are made of it.
BY = ("status", "roadmap__standing__career", "roadmap__standing__career_title")


class Status(TextChoices):
    """How a student stands, in the order in which an advisor wants to see them."""

    LATE = "late", _("Late")
    ON_TIME = "on-time", _("On time")
    WAITING = "waiting", _("Waiting")
    DONE = "done", _("Done")
    NONE = "none", _("No roadmap shown")


# Steps of a sort, as the filter names them; any other step is named by its id.
SORTS_OF_STEPS = {
    "internship": Q(nature="internship"),
    "job": Q(kind="role"),
    "degree": Q(kind="degree"),
}

# In the order in which an advisor has something to do.
REVIEWS = [
    Consent.Review.SUBMITTED,
    Consent.Review.CHANGES,
    Consent.Review.DRAFT,
    Consent.Review.APPROVED,
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """What a query asks of the roster; `not_understood` names what was left out."""

    words: tuple[str, ...] = ()
    status: str = ""
    review: str = ""
    career: str = ""
    advisor: str = ""  # the key of a user, ME or NOBODY
    within: int | None = None  # weeks from today
    step: str = ""
    term: Term | None = None
    sort: str = "status"
    is_descending: bool = False
    not_understood: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Gist:
    """How many students an organisation has, how many are found, how they stand."""

    students: int
    found: int
    careers: tuple[tuple[str, str], ...]  # with their titles, by title
    statuses: Mapping[Status, int]  # of all


def found(
    organisation: Organisation, member: Membership, query: QueryDict, today: date
) -> QuerySet[Consent]:
    """Return the consents in force that a query asks for, in the order it asks for.

    Each comes with the student, the assigned advisor and how the roadmap stands, in
    one query, and with `status`, its standing on that day.
    """
    wanted = read(query)
    return in_order(
        all_of(organisation, today).filter(asked(wanted, member, today)), wanted
    )


def all_of(organisation: Organisation, today: date) -> QuerySet[Consent]:
    """Return all consents in force of an organisation, each with its `status`."""
    return (
        Consent.objects.in_force()
        .filter(organisation=organisation)
        .select_related("student", "advisor", "roadmap__standing")
        .annotate(status=_status(today))
        .alias(searched=SEARCHED)
    )


def read(query: QueryDict) -> Wanted:
    """Read what a query asks for."""
    wrong: list[str] = []

    def one(name: str, is_right: Callable[[str], bool]) -> str:
        value = query.get(name, "").strip()
        if value and not is_right(value):
            wrong.append(name)
            return ""
        return value

    step = one("step", lambda v: len(v) <= LONGEST_STEP and _is_text(v))
    term = Term.read(one("term", lambda v: Term.read(v) is not None))
    within = one("within", lambda v: _is_number(v) and 1 <= int(v) <= MOST_WEEKS)
    sort = one("sort", lambda v: v.removeprefix("-") in ORDERS)
    return Wanted(
        words=tuple(one("q", _is_text).split()[:MOST_WORDS]),
        status=one("status", lambda v: v in Status.values),
        review=one("review", lambda v: v in Consent.Review.values),
        career=one("career", lambda v: len(v) <= LONGEST_STEP and _is_text(v)),
        advisor=one("advisor", lambda v: v in (ME, NOBODY) or _is_number(v)),
        within=int(within) if within else None,
        step=step,
        term=term,
        sort=sort.removeprefix("-") or "status",
        is_descending=sort.startswith("-"),
        not_understood=tuple(wrong),
    )


def without(query: QueryDict, *names: str) -> Iterator[tuple[str, str]]:
    """Yield what a query says to the roster, without some of its names.

    The same wishes always come out in the same order, and the number of the page never.
    """
    for name in NAMES:
        if name not in names:
            yield from ((name, value) for value in query.getlist(name) if value)


def asked(wanted: Wanted, member: Membership, today: date) -> Q:
    """Return what a consent has to meet; for rows that come from `all_of`."""
    meets = Q()
    for word in wanted.words:
        meets &= _has_word(word[:LONGEST_WORD])
    if wanted.status:
        meets &= Q(status=wanted.status)
    if wanted.review:
        meets &= Q(review=wanted.review)
    if wanted.career:
        meets &= Q(roadmap__standing__career=wanted.career)
    if wanted.advisor == ME:
        meets &= Q(advisor=member.user_id)
    elif wanted.advisor == NOBODY:
        meets &= Q(advisor=None)
    elif wanted.advisor:
        meets &= Q(advisor=int(wanted.advisor))
    if wanted.within:
        last = today + timedelta(weeks=wanted.within)
        meets &= Q(roadmap__standing__next_day__range=(today, last))
    if wanted.step or wanted.term:
        meets &= Q(Exists(_steps(wanted)))
    return meets


def in_order(consents: QuerySet[Consent], wanted: Wanted) -> QuerySet[Consent]:
    """Sort consents as wanted: what is not there comes last, equals as they came."""
    keys = ORDERS[wanted.sort]
    return consents.order_by(
        *(
            key.desc(nulls_last=True)
            if wanted.is_descending
            else key.asc(nulls_last=True)
            for key in keys
        ),
        "pk",
    )


def some_of(consents: QuerySet[Consent], first: int, number: int) -> QuerySet[Consent]:
    """Return so many of the consents that were found, in one query.

    Which they are is found without all that comes with them, which is half the work
    for ten thousand.
    """
    keys = consents.select_related(None).values("pk")[first : first + number]
    return consents.filter(pk__in=keys)


def gist_of(organisation: Organisation, meets: Q, today: date) -> Gist:
    """Count the students of an organisation, and those who meet that, in one query."""
    rows = (
        all_of(organisation, today)
        .values_list(*BY)
        .annotate(students=Count("pk"), found=Count("pk", filter=meets))
        .order_by()
    )
    careers: dict[str, str] = {}
    statuses = dict.fromkeys(Status, 0)
    total = matching = 0
    for status, career, title, students, some in rows:
        if career is not None:
            careers[career] = title
        statuses[Status(status)] += students
        total += students
        matching += some
    by_title = sorted(careers.items(), key=lambda one: (one[1], one[0]))
    return Gist(
        students=total, found=matching, careers=tuple(by_title), statuses=statuses
    )


# What the database computes


def _status(today: date) -> Case:
    standing = "roadmap__standing__"
    waits = Q(**{f"{standing}is_under_way": False, f"{standing}next_day__gt": today})
    return Case(
        When(roadmap__standing=None, then=Value(Status.NONE.value)),
        When(roadmap__standing__next_step="", then=Value(Status.DONE.value)),
        When(
            roadmap__standing__overdue_from__lte=today - A_WEEK,
            then=Value(Status.LATE.value),
        ),
        When(waits, then=Value(Status.WAITING.value)),
        default=Value(Status.ON_TIME.value),
        output_field=CharField(),
    )


def _ranked(field: str, values: list[str]) -> Case:
    return Case(
        *(When(**{field: value}, then=Value(n)) for n, value in enumerate(values)),
        default=Value(len(values)),
        output_field=IntegerField(),
    )


def _name(person: str) -> tuple[Coalesce, Lower]:
    """Sort people by family name, those without one by their address."""
    return (
        Coalesce(
            NullIf(Lower(f"{person}__last_name"), Value("")), Lower(f"{person}__email")
        ),
        Lower(f"{person}__first_name"),
    )


# By the name in an address: what a column is sorted by.
ORDERS = {
    "name": _name("student"),
    "career": (Lower("roadmap__standing__career_title"),),
    "next": (F("roadmap__standing__next_day"),),
    # Of those who stand alike, who was or is to do something first.
    "status": (
        _ranked("status", Status.values),
        F("roadmap__standing__overdue_from"),
    ),
    "arrival": (F("roadmap__standing__arrival"),),
    "done": (F("roadmap__standing__steps_done"),),
    "changed": (F("roadmap__changed_at"),),
    "review": (_ranked("review", [*REVIEWS]),),
    "advisor": _name("advisor"),
}


def _has_word(word: str) -> Q:
    meets = Q()
    # SQLite takes É and é for two letters, and knows upper case of a to z only.
    for form in {word} if word.isascii() else {word, word.lower(), word.title()}:
        meets |= Q(searched__icontains=form)
    return meets


def _steps(wanted: Wanted) -> QuerySet[StandingStep]:
    """Return the open steps of a consent's roadmap that are meant."""
    steps = StandingStep.objects.filter(
        standing=OuterRef("roadmap__standing"), finished=None
    )
    if wanted.step:
        steps = steps.filter(SORTS_OF_STEPS.get(wanted.step, Q(step=wanted.step)))
    if wanted.term:
        term = wanted.term
        steps = steps.filter(start__gte=term.first, start__lt=term.next.first)
    return steps


def _is_text(value: str) -> bool:
    return "\x00" not in value


def _is_number(value: str) -> bool:
    return value.isascii() and value.isdigit() and len(value) <= 15
