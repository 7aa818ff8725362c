"""Files of many students: the list of one's own, ordering one, how far it is, and it.

Only who ordered a file finds it, and only while being an advisor there.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from allauth.account.decorators import reauthentication_required
from django.contrib import messages
from django.db.models import QuerySet
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
    StreamingHttpResponse,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from planner import bulk, roster
from planner.bulk_forms import OrderForm
from planner.exports import EXPORTS
from planner.models import BulkExport, Consent, Membership
from planner.models.exporting import KEPT
from planner.views.working import as_advisor

Kind = BulkExport.Kind
State = BulkExport.State

MEDIA_TYPES = {
    Kind.XLSX: EXPORTS["xlsx"].media_type,
    Kind.CSV: EXPORTS["csv"].media_type,
    Kind.ZIP: "application/zip",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """How far a file is, in numbers and in words."""

    title: str
    state: str
    done: int
    students: int
    text: str
    left_out: str
    is_over: bool  # nothing changes any more
    is_ready: bool


@require_safe
@as_advisor
def index(request: HttpRequest, member: Membership) -> HttpResponse:
    """List the files that an advisor ordered and that are still kept."""
    now = timezone.now()
    context = {
        "organisation": member.organisation,
        "member": member,
        "here": "exports",
        "files": [(one, progress(one, now)) for one in _own(member, now)],
    }
    return render(request, "planner/bulk_exports.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@as_advisor
@reauthentication_required  # type: ignore[untyped-decorator]
def order(request: HttpRequest, member: Membership) -> HttpResponse:
    """Ask what shall be in a file of the students that the address names; order it."""
    now = timezone.now()
    consents = chosen(member, request.GET)[: bulk.MOST + 1]
    posted = request.POST if request.method == "POST" else None
    found = consents.count() if posted is None else len(consents)
    form = OrderForm(posted, students=found, action=request.get_full_path())
    if posted is not None and form.is_valid():
        if _own(member, now).to_make().count() >= bulk.MOST_WAITING:
            words = _("%(most)s of your files are not ready yet. Wait for one of them.")
            form.add_error(None, words % {"most": bulk.MOST_WAITING})
        else:
            kind = form.cleaned_data["kind"]
            made = bulk.order(member, consents, kind, form.columns, now)
            return HttpResponseRedirect(_address(made), status=303)
    context = {"organisation": member.organisation, "form": form}
    status = 422 if form.errors else 200
    return render(request, "planner/bulk_order.html", context, status=status)


@require_safe
@as_advisor
def detail(request: HttpRequest, member: Membership, export: UUID) -> HttpResponse:
    """Show how far a file is; the page asks again until it is ready."""
    now = timezone.now()
    found = get_object_or_404(_own(member, now), code=export)
    shown = progress(found, now)
    context = {"organisation": member.organisation, "export": found, "progress": shown}
    response = render(request, "planner/bulk_export.html", context)
    if shown.is_over:
        # To a part of a page that waits for this, htmx shows the whole page instead.
        response["HX-Refresh"] = "true"
    return response


@require_POST
@as_advisor
def cancel(request: HttpRequest, member: Membership, export: UUID) -> HttpResponse:
    """Stop making a file, or delete it."""
    now = timezone.now()
    found = get_object_or_404(_own(member, now), code=export)
    was_ready = found.state == State.DONE
    bulk.cancel(found, now)
    messages.success(
        request,
        _("The file is deleted.") if was_ready else _("The file is not made any more."),
    )
    address = reverse("planner:exports", args=[member.organisation.code])
    return HttpResponseRedirect(address, status=303)


@require_safe
@as_advisor
def file(request: HttpRequest, member: Membership, export: UUID) -> Any:
    """Give a finished file, after it was written down for each student in it."""
    now = timezone.now()
    found = get_object_or_404(_own(member, now).filter(state=State.DONE), code=export)
    if not found.students:
        raise Http404
    # First the workbook, then the question who may still be seen.
    body = BulkExport.objects.values_list("body", flat=True).get(pk=found.pk)
    if not bulk.take_along(member, found, now):
        messages.info(
            request,
            _("Somebody in it lets you see less than before, so it is made once more."),
        )
        return HttpResponseRedirect(_address(found))
    kind = Kind(found.kind)
    name = f"students-{timezone.localdate(found.ordered_at):%Y-%m-%d}.{kind.value}"
    headers = {
        "Content-Disposition": f'attachment; filename="{name}"',
        "X-Robots-Tag": "noindex",
    }
    if kind == Kind.XLSX:
        return HttpResponse(
            bytes(body or b""), content_type=MEDIA_TYPES[kind], headers=headers
        )
    pieces = bulk.archive(found) if kind == Kind.ZIP else bulk.lines(found)
    return StreamingHttpResponse(
        pieces, content_type=MEDIA_TYPES[kind], headers=headers
    )


def chosen(member: Membership, query: QueryDict) -> QuerySet[Consent]:
    """Return the students of ticked boxes, or else those that the roster shows."""
    today = timezone.localdate()
    if "s" not in query:
        return roster.found(member.organisation, member, query, today)
    codes = [code for text in query.getlist("s") if (code := _code(text))]
    everybody = roster.found(member.organisation, member, QueryDict("sort=name"), today)
    return everybody.filter(code__in=codes)


def _code(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


def _own(member: Membership, now: datetime) -> Any:
    return (
        BulkExport.objects.of(member.user, member.organisation)
        .kept(now)
        .with_progress()
        .select_related("organisation")
    )


def _address(export: BulkExport) -> str:
    return reverse("planner:bulk-export", args=[export.organisation.code, export.code])


# In words


def progress(export: Any, now: datetime) -> Progress:
    """Say how far a file is that was fetched `with_progress`."""
    state = State(export.state)
    return Progress(
        title=_title(export),
        state=str(state.label),
        done=export.in_all - export.waiting,
        students=export.in_all,
        text=_text(export, now),
        left_out=_left_out(export.left_out),
        is_over=state not in (State.WAITING, State.RUNNING),
        is_ready=state == State.DONE and export.students > 0,
    )


def _title(export: Any) -> str:
    words = _("%(kind)s of %(day)s")
    day = date_format(timezone.localtime(export.ordered_at), "j F Y, H:i")
    return words % {"kind": Kind(export.kind).label, "day": day}


def _text(export: Any, now: datetime) -> str:
    done = export.in_all - export.waiting
    words = {"done": f"{done:,}", "students": f"{export.in_all:,}"}
    is_silent = (export.beat_at or export.ordered_at) < now - bulk.SILENT
    match export.state:
        case State.WAITING if is_silent:
            return _(
                "It waits for its turn. If nothing happens for some minutes, tell "
                "whoever runs this site."
            )
        case State.WAITING:
            return _("It waits for its turn.")
        case State.RUNNING if is_silent:
            text = _(
                "%(done)s of %(students)s students are done. Nobody works on it at the "
                "moment; it goes on from there. If nothing happens for some minutes, "
                "tell whoever runs this site."
            )
            return text % words
        case State.RUNNING if not export.waiting:
            return _("All students are done; the file is being put together.")
        case State.RUNNING:
            return _("%(done)s of %(students)s students are done.") % words
        case State.DONE if export.students:
            text = ngettext(
                "It is ready, with %(count)s student in it, and is deleted on %(day)s.",
                "It is ready, with %(count)s students in it, and is deleted on "
                "%(day)s.",
                export.students,
            )
            until = timezone.localtime(export.finished_at + KEPT)
            day = date_format(until, "j F Y, H:i")
            return text % {"count": f"{export.students:,}", "day": day}
        case State.DONE:
            return _("Nobody is left in it, so there is no file.")
        case State.CANCELLED:
            return _("It was cancelled. Nothing of it is kept.")
        case _:
            return _(
                "It could not be made. Order it once more; if that fails too, tell "
                "whoever runs this site."
            )


def _left_out(number: int) -> str:
    if not number:
        return ""
    text = ngettext(
        "%(count)s student was left out: they let you see nothing any more, or there "
        "is no roadmap to read.",
        "%(count)s students were left out: they let you see nothing any more, or "
        "there is no roadmap to read.",
        number,
    )
    return text % {"count": f"{number:,}"}
