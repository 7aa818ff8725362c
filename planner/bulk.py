"""Files of many students: ordered by advisors, and made by workers in the background.

The queue is the table of the orders. A worker takes an order by writing its name into
the row, and everything that it saves afterwards is saved only while the name stands
there. So a worker that was cancelled, killed or given up for dead ruins nothing: the
next one goes on with the first student that is not made yet.

Whoever locks several rows takes the consent first, then the order, then the item.
"""

from __future__ import annotations

import io
import logging
import os
import secrets
import socket
import zipfile
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast

from django.db import DatabaseError, transaction
from django.db.models import F, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext as _

from planner import auditing, filing, keeping, roster
from planner.auditing import Action, person_name
from planner.exports import EXPORTS, Kept
from planner.exports.many import (
    ABOUT,
    STEPS,
    Layout,
    Student,
    csv_head,
    csv_lines,
    folder_name,
    to_workbook,
)
from planner.exports.rows import Cell, step_rows
from planner.keeping import Standing
from planner.models import (
    BulkExport,
    BulkExportItem,
    Consent,
    Membership,
    RoadmapStanding,
)
from planner.models.exporting import KEPT
from planner.roster_rows import CELLS

Kind = BulkExport.Kind
State = BulkExport.State
ItemState = BulkExportItem.State

MOST = 2_000  # students in one file
MOST_WAITING = 5  # files of one advisor that are not made yet
MOST_TRIES = 5  # workers that may die of one student before it is left out
SILENT = timedelta(seconds=30)  # a worker that says nothing for so long is dead
LONGEST_DETAIL = 500  # in the audit log
NOTHING: dict[str, Any] = {"name": "", "pdf": None, "calendar": None, "rows": None}

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The order is not this worker's any more: somebody cancelled it, or took it."""


# What advisors do


@transaction.atomic
def order(
    member: Membership,
    consents: Iterable[Consent],
    kind: str,
    columns: Iterable[str],
    now: datetime,
) -> BulkExport:
    """Order a file of these students, in this order, and write that down for each.

    Raises ValueError for a column that is not on the list, for nobody, and for more
    than MOST students.
    """
    chosen = list(consents)
    if not 0 < len(chosen) <= MOST:
        raise ValueError(f"A file is of one student to {MOST}, not of {len(chosen)}.")
    layout = Layout.of(columns)
    names = [column.name for column in (*layout.about[1:], *layout.steps)]
    export = BulkExport.objects.create(
        organisation=member.organisation,
        ordered_by=member.user,
        kind=kind,
        columns=names,
        ordered_at=now,
    )
    BulkExportItem.objects.bulk_create(
        BulkExportItem(export=export, consent=consent, place=place)
        for place, consent in enumerate(chosen, start=1)
    )
    auditing.note(member, chosen, Action.ORDERED, now, in_words(export))
    return export


def in_words(export: BulkExport) -> str:
    """Say what a file holds, for the audit log."""
    kind = str(Kind(export.kind).label)
    if export.kind == Kind.ZIP:
        return kind
    titles = [one.title for one in (*ABOUT, *STEPS) if one.name in export.columns]
    text = f"{kind}: {', '.join(titles)}"
    return text if len(text) <= LONGEST_DETAIL else f"{text[: LONGEST_DETAIL - 1]}…"


@transaction.atomic
def cancel(export: BulkExport, now: datetime) -> None:
    """Stop making a file, or take away one that is made: nothing in it is kept."""
    BulkExport.objects.filter(pk=export.pk).update(
        state=State.CANCELLED, worker="", body=None, students=0, finished_at=now
    )
    export.items.all().delete()


def take_along(member: Membership, export: BulkExport, now: datetime) -> bool:
    """Write down for each student in a finished file that it is taken along.

    Returns False where fewer students may be seen by now than are in it: nothing is
    written then, and it waits to be made once more.
    """
    inside = Consent.objects.filter(
        pk__in=export.items.to_see().values_list("consent", flat=True)
    )
    consents = list(inside)
    if len(consents) != export.students:
        make_anew(export)
        return False
    auditing.note(member, consents, Action.DOWNLOADED, now, in_words(export))
    return True


# What happens to files when students decide otherwise


@transaction.atomic
def leave_out(consent: Consent) -> None:
    """Take a student out of all files, those that are made and those to come."""
    items = BulkExportItem.objects.filter(consent=consent)
    _open_again(items.values_list("export", flat=True))
    items.exclude(state=ItemState.LEFT_OUT).update(state=ItemState.LEFT_OUT, **NOTHING)


@transaction.atomic
def make_anew(export: BulkExport) -> None:
    """Have a finished file made once more, of whom may be seen by now."""
    _open_again([export.pk])
    made = export.items.filter(state=ItemState.MADE)
    over = made.exclude(pk__in=export.items.to_see().values_list("pk", flat=True))
    gone = [*over.values_list("pk", flat=True)]
    stay = Consent.objects.in_force()
    items = BulkExportItem.objects.filter(pk__in=gone)
    items.filter(consent__in=stay).update(state=ItemState.WAITING, tries=0, **NOTHING)
    items.filter(state=ItemState.MADE).update(state=ItemState.LEFT_OUT, **NOTHING)


def _open_again(exports: Iterable[int]) -> None:
    locked = BulkExport.objects.filter(pk__in=exports).order_by("pk")
    keys = [*locked.select_for_update(of=("self",)).values_list("pk", flat=True)]
    BulkExport.objects.filter(pk__in=keys, state=State.DONE).update(
        state=State.WAITING, worker="", beat_at=None, body=None, students=0
    )


# What workers do


@dataclass(frozen=True, slots=True, kw_only=True)
class Worker:
    """Somebody who makes files; no two have one name, not even after a restart."""

    name: str = field(
        default_factory=lambda: (
            f"{socket.gethostname()[:60]}:{os.getpid()}:{secrets.token_hex(8)}"
        )
    )
    clock: Callable[[], datetime] = timezone.now
    silent: timedelta = SILENT  # after which another worker counts as dead
    goes_on: Callable[[], bool] = lambda: True  # asked before each student


def work(worker: Worker) -> bool:
    """Make the file that was ordered first of those that wait; False if none does.

    A worker that shall not go on puts the order back, with all that it made.
    """
    export = claim(worker)
    if export is None:
        return False
    try:
        _make(export, worker)
    except Stopped:
        log.info("A file of many was cancelled, or taken over by another worker.")
    except DatabaseError:
        raise
    except Exception:
        log.exception("A file of many could not be made.")
        own = BulkExport.objects.filter(pk=export.pk, worker=worker.name)
        own.update(state=State.FAILED, worker="", finished_at=worker.clock())
    return True


def claim(worker: Worker) -> BulkExport | None:
    """Take the order that waits longest, or is left over from a dead worker."""
    now = worker.clock()
    to_do = BulkExport.objects.to_do(now - worker.silent)
    for key in to_do.order_by("ordered_at", "pk").values_list("pk", flat=True)[:20]:
        # Compare and swap: of several workers that saw it waiting, one gets it.
        taken = to_do.filter(pk=key).update(
            state=State.RUNNING, worker=worker.name, beat_at=now
        )
        if taken:
            return (
                BulkExport.objects.select_related("organisation")
                .defer("body")
                .get(pk=key)
            )
    return None


def tidy(now: datetime) -> int:
    """Delete files that were kept for a day; return how many.

    Of the others, those with students who may not be seen any more are made anew.
    """
    over = BulkExport.objects.filter(finished_at__lte=now - KEPT)
    keys = [*over.values_list("pk", flat=True)]
    BulkExportItem.objects.filter(export__in=keys).delete()
    BulkExport.objects.filter(pk__in=keys).defer("body").delete()
    for export in BulkExport.objects.filter(state=State.DONE).defer("body"):
        if export.items.to_see().count() != export.students:
            make_anew(export)
    return len(keys)


def _make(export: BulkExport, worker: Worker) -> None:
    layout = Layout.of(export.columns)
    students = export.items.count()
    while worker.goes_on():
        item = _begin(export, worker)
        if item is None:
            _finish(export, layout, worker)
            return
        made = None
        if item.tries <= MOST_TRIES:
            today = timezone.localdate(worker.clock())
            made = _content(export, item, layout, students, today)
        if not _keep(export, item, made, worker):
            cancel(export, worker.clock())
            return
    BulkExport.objects.filter(
        pk=export.pk, state=State.RUNNING, worker=worker.name
    ).update(state=State.WAITING, worker="", beat_at=None)


def _beat(export: BulkExport, worker: Worker) -> None:
    """Say that the worker is alive. Raises Stopped if the order is not its own."""
    own = BulkExport.objects.filter(
        pk=export.pk, state=State.RUNNING, worker=worker.name
    )
    if not own.update(beat_at=worker.clock()):
        raise Stopped


@transaction.atomic
def _begin(export: BulkExport, worker: Worker) -> BulkExportItem | None:
    """Return the next student that is to be made, and count that it was begun."""
    _beat(export, worker)
    item = export.items.that_wait().order_by("place").first()
    if item is not None:
        export.items.filter(pk=item.pk).update(tries=F("tries") + 1)
        item.tries += 1
    return item


@transaction.atomic
def _keep(
    export: BulkExport, item: BulkExportItem, made: _Content | None, worker: Worker
) -> bool:
    """Save what was made of a student, if it may be seen at this very moment.

    Who withdraws meanwhile waits for this, or this waits for them. If another roadmap
    is shown by now, the student is made once more. Returns False, and saves nothing,
    if who ordered it is no advisor there any more.
    """
    consent = (
        Consent.objects.in_force()
        .select_for_update(of=("self",), no_key=True)
        .filter(pk=item.consent_id)
        .first()
    )
    _beat(export, worker)
    if not _is_advisor(export):
        return False
    waiting = export.items.that_wait().filter(pk=item.pk)
    if consent is None or made is None:
        waiting.update(state=ItemState.LEFT_OUT, **NOTHING)
    elif consent.roadmap_id == made.roadmap:
        waiting.update(
            state=ItemState.MADE,
            roadmap=made.roadmap,
            name=made.name,
            pdf=made.pdf,
            calendar=made.calendar,
            rows=made.rows,
        )
    return True


def _is_advisor(export: BulkExport) -> bool:
    members = Membership.objects.in_force().advisors()
    return members.filter(
        organisation=export.organisation_id, user=export.ordered_by_id
    ).exists()


def _finish(export: BulkExport, layout: Layout, worker: Worker) -> None:
    """Say that a file is ready; a workbook is put together before."""
    students, body = 0, None
    if export.kind == Kind.XLSX:

        def read() -> Iterator[Student]:
            nonlocal students
            for item in _items(export):
                _beat(export, worker)
                students += 1
                yield _student(item)

        title = _("Students of %(organisation)s") % {
            "organisation": export.organisation.name
        }
        moment = export.ordered_at.astimezone(UTC)
        body = to_workbook(layout, read(), title=title, moment=moment)
    else:
        students = export.items.to_see().count()
    now = worker.clock()
    own = BulkExport.objects.filter(
        pk=export.pk, state=State.RUNNING, worker=worker.name
    )
    is_own = own.update(
        state=State.DONE,
        worker="",
        body=body,
        students=students,
        # What is made once more is not kept longer.
        finished_at=Coalesce(F("finished_at"), Value(now)),
    )
    if not is_own:
        raise Stopped
    log.info("A file of many is ready: %s.", export.kind)


# What is made of a student


@dataclass(frozen=True, slots=True, kw_only=True)
class _Content:
    roadmap: int | None  # the key of what it was made of
    name: str = ""
    pdf: bytes | None = None
    calendar: bytes | None = None
    rows: dict[str, Any] | None = None


def _content(
    export: BulkExport,
    item: BulkExportItem,
    layout: Layout,
    students: int,
    today: date,
) -> _Content | None:
    """Return what a student adds to a file; None where there is nothing to add."""
    consent = (
        roster.all_of(export.organisation, today)
        .select_related("roadmap__owner", "roadmap__current__plan__version")
        .defer("roadmap__current__plan__version__document")
        .filter(pk=item.consent_id)
        .first()
    )
    if consent is None:
        return None
    try:
        if export.kind == Kind.ZIP:
            return _files(consent, item, students)
        return _rows(consent, layout, today)
    except DatabaseError:
        raise
    except Exception:
        # One roadmap that cannot be read keeps nobody from getting the others.
        log.exception("A roadmap was left out of a file: it could not be made.")
        return None


def _files(consent: Consent, item: BulkExportItem, students: int) -> _Content | None:
    if consent.roadmap is None:
        return None
    standing = keeping.standing_of(consent.roadmap)
    advice, kept = filing.advice_of(standing), _told(standing)
    return _Content(
        roadmap=consent.roadmap_id,
        name=folder_name(item.place, students, person_name(consent.student)),
        pdf=EXPORTS["pdf"].make(advice, standing.catalogue, kept),
        calendar=EXPORTS["ics"].make(advice, standing.catalogue, kept),
    )


def _rows(consent: Consent, layout: Layout, today: date) -> _Content:
    steps: Iterable[tuple[Cell, ...]] = ()
    if consent.roadmap is not None and layout.steps:
        standing = keeping.standing_of(consent.roadmap)
        steps = step_rows(
            filing.advice_of(standing), standing.catalogue, _told(standing)
        )
    student = layout.student(_about(consent, today), steps)
    return _Content(roadmap=consent.roadmap_id, rows=student.write())


def _told(standing: Standing) -> Kept:
    """Return what a file says beside the plan: of what is private, nothing."""
    return filing.without_notes(filing.kept_of(standing))


def _about(consent: Consent, today: date) -> dict[str, Cell]:
    """Return the cells about a student by the names of their columns."""
    roadmap, advisor = consent.roadmap, consent.advisor
    standing: RoadmapStanding | None = getattr(roadmap, "standing", None)
    return {
        "student": person_name(consent.student),
        "email": consent.student.email,
        "career": standing.career_title if standing else "",
        "arrival": standing.arrival if standing else None,
        "next_step": standing.next_title if standing else "",
        "next_day": standing.next_day if standing else None,
        "stands": CELLS["status"](consent, today).text,
        "review": consent.get_review_display() if roadmap else "",
        "advisor": person_name(advisor) if advisor else "",
        "changed": timezone.localdate(roadmap.changed_at) if roadmap else None,
    }


# What is sent


def lines(export: BulkExport) -> Iterator[bytes]:
    """Yield a CSV student by student: whoever withdraws meanwhile is not in it."""
    layout = Layout.of(export.columns)
    yield csv_head(layout)
    for item in _items(export):
        yield csv_lines(layout, _student(item))


def _student(item: BulkExportItem) -> Student:
    return Student.read(cast(dict[str, Any], item.rows))


def archive(export: BulkExport) -> Iterator[bytes]:
    """Yield a ZIP student by student: whoever withdraws meanwhile is not in it."""
    pipe = _Pipe()
    at = export.ordered_at.astimezone(UTC).timetuple()[:6]
    with zipfile.ZipFile(pipe, "w") as whole:
        for item in _items(export):
            for name, content in (
                ("roadmap.pdf", item.pdf),
                ("roadmap.ics", item.calendar),
            ):
                part = zipfile.ZipInfo(f"{item.name}/{name}", at)
                # Some programs read a ZIP of unknown length only if it is deflated.
                part.compress_type = zipfile.ZIP_DEFLATED
                whole.writestr(part, bytes(content or b""), compresslevel=1)
            yield pipe.taken()
    yield pipe.taken()


class _Pipe(io.RawIOBase):
    """A file that only grows, and is taken away piece by piece."""

    def __init__(self) -> None:
        super().__init__()
        self.waiting = bytearray()

    def writable(self) -> bool:
        return True

    def write(self, content: Any) -> int:
        self.waiting += content
        return len(content)

    def taken(self) -> bytes:
        content = bytes(self.waiting)
        self.waiting.clear()
        return content


def _items(export: BulkExport) -> Iterator[BulkExportItem]:
    """Yield what is made, each asked for when the one before was used.

    So it counts whether the student lets it be seen at that moment, and there is never
    more than one of them in memory.
    """
    place = 0
    while True:
        after = export.items.to_see().filter(place__gt=place)
        item = after.order_by("place").first()
        if item is None:
            return
        yield item
        place = item.place
