"""The roster of an organisation's students, kept views of it, and plots of them all."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db import IntegrityError, transaction
from django.db.models import F, FilteredRelation, Q
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import get_text_list
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import require_POST, require_safe

from planner import auditing, cohort, roster
from planner.models import AuditEntry, Consent, Membership, StandingStep
from planner.pages.cohort import cohort_page
from planner.roster import Gist, Wanted
from planner.roster_forms import FilterForm, ViewForm, written
from planner.roster_rows import COLUMNS, NAME, columns_in, rows_of
from planner.views.working import as_advisor, as_lead

A_PAGE = 50


@require_safe
@login_required
def organisation(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Show advisors the students; lead who manages members only to the members."""
    try:
        return _students(request, organisation=organisation)
    except Http404:
        return _to_members(request, organisation=organisation)


@as_advisor
@gzip_page
def _students(request: HttpRequest, member: Membership) -> HttpResponse:
    return _page(request, member, request.GET)


@as_lead
def _to_members(request: HttpRequest, member: Membership) -> HttpResponse:
    return HttpResponseRedirect(
        reverse("planner:members", args=[member.organisation.code])
    )


# Views that are kept


@require_POST
@as_advisor
def keep_view(request: HttpRequest, member: Membership) -> HttpResponse:
    """Keep the way in which the roster is looked at, under a name."""
    taken = set(member.saved_views.values_list("name", flat=True))
    form = _view_form(member, taken, request.POST)
    if not form.is_valid():
        return _page(request, member, QueryDict(form.address), form)
    try:
        with transaction.atomic():
            view = form.save()
    except IntegrityError:  # kept twice at the same time, once is enough
        view = member.saved_views.get(name=form.cleaned_data["name"])
    messages.success(request, _("The view “%(name)s” is kept.") % {"name": view.name})
    return _back(member, view.query)


@require_POST
@as_advisor
def delete_view(request: HttpRequest, member: Membership, view: int) -> HttpResponse:
    """Delete a view; the students in it are not touched."""
    kept = get_object_or_404(member.saved_views, pk=view)
    kept.delete()
    messages.success(
        request, _("The view “%(name)s” is deleted.") % {"name": kept.name}
    )
    return _back(member, request.POST.get("query", ""))


# What is done with those that are ticked


@require_POST
@as_advisor
def ticked(request: HttpRequest, member: Membership) -> HttpResponse:
    """Make a file of the ticked students, or say who looks after them."""
    chosen = Consent.objects.in_force().filter(
        organisation=member.organisation, code__in=_codes(request.POST)
    )
    query = request.POST.get("query", "")
    if request.POST.get("do") == "file":
        codes = list(chosen.order_by("pk").values_list("code", flat=True))
        if codes:
            asked = urlencode({"s": [str(code) for code in codes]}, doseq=True)
            return HttpResponseRedirect(f"{_export(member)}?{asked}", status=303)
        messages.error(request, _("Tick the students first, by the boxes."))
        return _back(member, query)
    advisor = member.user if request.POST.get("do") == "mine" else None
    count = chosen.update(advisor=advisor)
    if not count:
        messages.error(request, _("Tick the students first, by the boxes."))
    elif advisor:
        words = ngettext(
            "You look after %(count)s student more.",
            "You look after these %(count)s students.",
            count,
        )
        messages.success(request, words % {"count": count})
    else:
        words = ngettext(
            "Nobody looks after this student by name now.",
            "Nobody looks after these %(count)s students by name now.",
            count,
        )
        messages.success(request, words % {"count": count})
    return _back(member, query)


# The cohort


@require_safe
@login_required
def plots(request: HttpRequest, organisation: UUID) -> HttpResponse:
    """Plot the students: for advisors those a query finds, for leads all together."""
    try:
        return _plots_of_found(request, organisation=organisation)
    except Http404:
        return _plots_of_all(request, organisation=organisation)


@as_advisor
@gzip_page
def _plots_of_found(request: HttpRequest, member: Membership) -> HttpResponse:
    return _plots(request, member, request.GET)


@as_lead
@gzip_page
def _plots_of_all(request: HttpRequest, member: Membership) -> HttpResponse:
    # Who chooses the group can work out what stands for one person in it.
    return _plots(request, member, QueryDict())


def _plots(request: HttpRequest, member: Membership, query: QueryDict) -> HttpResponse:
    today = timezone.localdate()
    consents = roster.found(member.organisation, member, query, today)
    asked = written(query, "c", "sort")
    students = member.organisation.get_absolute_url()
    context = {
        "organisation": member.organisation,
        "member": member,
        "here": "cohort",
        "page": cohort_page(cohort.figures(consents, today), today),
        "narrowed": f"{students}?{asked}" if asked else "",
        # Up to where a bar says what finds its students; a later word wins.
        "find": f"{students}?{asked}&" if asked else f"{students}?",
    }
    if member.role != Membership.Role.ADVISOR:
        context["find"] = ""
    return render(request, "planner/cohort.html", context)


# How the roster is shown


def _page(
    request: HttpRequest,
    member: Membership,
    query: QueryDict,
    view_form: ViewForm | None = None,
) -> HttpResponse:
    now, today = timezone.now(), timezone.localdate()
    organisation = member.organisation
    wanted = roster.read(query)
    gist = roster.gist_of(organisation, roster.asked(wanted, member, today), today)
    shown = Paginator(range(gist.found), A_PAGE).get_page(query.get("page"))
    found = roster.found(organisation, member, query, today)
    first = (shown.number - 1) * A_PAGE
    consents = list(roster.some_of(found, first, A_PAGE)) if gist.found else []
    auditing.note(member, consents, AuditEntry.Action.LISTED, now)
    advisors, views = _advisors_and_views(member)
    asked, columns = written(query), columns_in(query)
    form = FilterForm(
        query,
        wanted,
        careers=gist.careers,
        advisors=advisors,
        step_title=_title_of(wanted.step),
        today=today,
    )
    here = organisation.get_absolute_url()
    context = {
        "organisation": organisation,
        "member": member,
        "here": "students",
        "filters": form,
        "form": view_form
        or _view_form(member, {name for _pk, name, _query in views}, None, asked),
        "not_understood": _not_understood(form, wanted),
        "gist": gist,
        "summary": _summary(gist),
        "statuses": _statuses(gist, query, here, wanted),
        "views": [
            {
                "pk": pk,
                "name": name,
                "address": f"{here}?{kept}",
                "is_this": written(QueryDict(kept)) == asked,
            }
            for pk, name, kept in views
        ],
        "heads": [_head("name", NAME, query, wanted)]
        + [_head(column, COLUMNS[column], query, wanted) for column in columns],
        "rows": rows_of(consents, organisation, columns, today),
        "asked": asked,
        "is_narrowed": bool(written(query, "c", "sort")),
        "shown": shown,
        "around": {
            "earlier": _page_address(query, shown.number - 1),
            "more": _page_address(query, shown.number + 1),
        },
        "export": _export(member),
        "export_all": f"{_export(member)}?{asked}" if asked else _export(member),
        "cohort": f"{reverse('planner:cohort', args=[organisation.code])}?{asked}",
    }
    status = 422 if view_form is not None else 200
    return render(request, "planner/roster.html", context, status=status)


def _advisors_and_views(
    member: Membership,
) -> tuple[list[tuple[str, str]], list[tuple[int, str, str]]]:
    """Return the advisors as choices, and the member's views, in one query."""
    rows: Iterable[Any] = (
        Membership.objects.in_force()
        .advisors()
        .filter(organisation=member.organisation)
        .select_related("user")
        .annotate(
            view=FilteredRelation(
                "saved_views", condition=Q(saved_views__membership=member.pk)
            ),
            view_key=F("view__pk"),
            view_name=F("view__name"),
            view_query=F("view__query"),
        )
        .order_by("user__last_name", "user__email", "view_name")
    )
    advisors = {
        str(row.user_id): auditing.person_name(row.user)
        for row in rows
        if row.user_id != member.user_id
    }
    views = [
        (row.view_key, row.view_name, row.view_query)
        for row in rows
        if row.view_key is not None
    ]
    return [*advisors.items()], views


def _title_of(step: str) -> str:
    """Return what a step is called, where a query names one by its id."""
    if not step or step in roster.SORTS_OF_STEPS:
        return ""
    steps = StandingStep.objects.filter(step=step).values_list("title", flat=True)
    return steps.first() or step


def _view_form(
    member: Membership, taken: set[str], posted: QueryDict | None, asked: str = ""
) -> ViewForm:
    return ViewForm(
        posted,
        initial={"query": asked},
        member=member,
        taken=taken,
        action=reverse("planner:saved-views", args=[member.organisation.code]),
    )


def _not_understood(form: FilterForm, wanted: Wanted) -> str:
    """Say what of the address was left out."""
    names = [
        str(form.fields[name].label or _("the order")) for name in wanted.not_understood
    ]
    if not names:
        return ""
    words = _("Not understood, and left out: %(names)s.")
    return words % {"names": get_text_list(names, _("and"))}


def _summary(gist: Gist) -> str:
    if gist.found == gist.students:
        words = ngettext("%(all)s student", "%(all)s students", gist.students)
    else:
        words = ngettext(
            "%(found)s of %(all)s student",
            "%(found)s of %(all)s students",
            gist.students,
        )
    return words % {"found": f"{gist.found:,}", "all": f"{gist.students:,}"}


def _statuses(
    gist: Gist, query: QueryDict, here: str, wanted: Wanted
) -> list[dict[str, Any]]:
    """Return how all stand, each with the address of those who stand so."""
    return [
        {
            "kind": status.value,
            "text": f"{status.label}: {count:,}",
            "address": f"{here}?{written(query, 'status')}"
            if wanted.status == status
            else f"{here}?{written(query, status=status.value)}",
            "is_this": wanted.status == status,
        }
        for status, count in gist.statuses.items()
        if count
    ]


def _head(
    column: str, title: str | Promise, query: QueryDict, wanted: Wanted
) -> dict[str, Any]:
    """Return the head of a column: its title, and where its order is turned round."""
    is_this = wanted.sort == column
    order = "descending" if wanted.is_descending else "ascending"
    sort = f"-{column}" if is_this and not wanted.is_descending else column
    return {
        "title": title,
        "sorted": order if is_this else "",
        "address": f"?{written(query, sort=sort)}",
    }


def _page_address(query: QueryDict, number: int) -> str:
    return f"?{written(query, page=str(number))}"


def _codes(posted: QueryDict) -> list[UUID]:
    """Return the codes that are ticked; what is none is nobody's."""
    found = []
    for written_code in posted.getlist("s")[: 10 * A_PAGE]:
        try:
            found.append(UUID(written_code))
        except ValueError:
            continue
    return found


def _export(member: Membership) -> str:
    return reverse("planner:export-order", args=[member.organisation.code])


def _back(member: Membership, query: str) -> HttpResponse:
    """Lead to the roster as it was looked at before."""
    asked = written(QueryDict(query[:10_000]))
    here = member.organisation.get_absolute_url()
    return HttpResponseRedirect(f"{here}?{asked}" if asked else here, status=303)
