"""Organisations: which one belongs to, who else does, and what its leads see."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, cast

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.db.models import Count, Q
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from planner import consenting
from planner.auditing import person_name
from planner.consenting import LastLead
from planner.models import (
    AuditEntry,
    Consent,
    Invitation,
    Membership,
    Organisation,
    User,
)
from planner.organisation_forms import AboutForm, MemberForm
from planner.views.working import as_lead, as_member

SMALLEST = 5  # what is counted for leads is told from here on
LATELY = timedelta(days=30)


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """List the organisations that somebody works in; go there if it is only one.

    Asked for all of them, it is a list of one, from which one can leave.
    """
    mine: dict[Organisation, list[Membership]] = {}
    memberships = Membership.objects.in_force().filter(user=cast(User, request.user))
    for one in memberships.select_related("organisation").order_by(
        "organisation__name", "organisation", "role"
    ):
        mine.setdefault(one.organisation, []).append(one)
    if len(mine) == 1 and "all" not in request.GET:
        return redirect(next(iter(mine)))
    return render(request, "planner/organisations.html", {"organisations": mine})


# Members


@require_http_methods(["GET", "HEAD", "POST"])
@as_lead
def members(request: HttpRequest, member: Membership) -> HttpResponse:
    """List who works in an organisation, and invite one more."""
    organisation, now = member.organisation, timezone.now()
    here = reverse("planner:members", args=[organisation.code])
    form = MemberForm(request.POST if request.method == "POST" else None, action=here)
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        invited = consenting.invite_member(
            organisation,
            given["email"],
            given["kind"],
            by=member.user,
            message=given["message"],
            now=now,
        )
        if invited is not None:
            messages.success(
                request,
                _("The invitation goes to %(address)s.") % {"address": given["email"]},
            )
            return HttpResponseRedirect(here, status=303)
        words = _("%(address)s is that already, or has an invitation that waits.")
        form.add_error("email", words % {"address": given["email"]})
    waiting = (
        Invitation.objects.in_force(now)
        .filter(organisation=organisation)
        .exclude(kind=Invitation.Kind.STUDENT)
        .select_related("made_by")
    )
    in_force = Membership.objects.in_force().filter(organisation=organisation)
    context = {
        "member": member,
        "members": [
            (one, person_name(one.user)) for one in in_force.select_related("user")
        ],
        "waiting": waiting,
        "form": form,
    }
    status = 422 if form.errors else 200
    return render(request, "planner/members.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def leave(request: HttpRequest, member: Membership, membership: int) -> HttpResponse:
    """Ask, then end a membership: a lead anybody's, everybody else their own."""
    in_force = Membership.objects.in_force().filter(organisation=member.organisation)
    if not member.is_lead:
        in_force = in_force.filter(user=member.user)
    ended = get_object_or_404(
        in_force.select_related("user", "organisation"), pk=membership
    )
    is_own = ended.user == member.user
    if request.method != "POST":
        context = {
            "member": member,
            "ended": ended,
            "name": person_name(ended.user),
            "is_own": is_own,
            "students": _assigned_to(ended),
        }
        return render(request, "planner/members_leave.html", context)
    try:
        consenting.end_membership(ended, timezone.now())
    except LastLead:
        messages.error(
            request, _("An organisation needs a lead. Invite another one first.")
        )
    else:
        words = {"name": person_name(ended.user), "role": ended.get_role_display()}
        messages.success(request, _("%(name)s is no longer here as: %(role)s.") % words)
    return HttpResponseRedirect(_where_to(member), status=303)


def _assigned_to(member: Membership) -> int:
    if member.role != Membership.Role.ADVISOR:
        return 0
    consents = Consent.objects.in_force().filter(organisation=member.organisation)
    return consents.filter(advisor=member.user).count()


def _where_to(member: Membership) -> str:
    """Return where somebody still is after what they ended, maybe their own part."""
    organisation = member.organisation
    if Membership.objects.in_force().filter(
        organisation=organisation, user=member.user, role=Membership.Role.LEAD
    ):
        return reverse("planner:members", args=[organisation.code])
    return reverse("planner:organisations")


# The organisation itself


@require_http_methods(["GET", "HEAD", "POST"])
@as_lead
def about(request: HttpRequest, member: Membership) -> HttpResponse:
    """Change what an organisation is called, and what students read about it."""
    organisation = member.organisation
    here = reverse("planner:organisation-about", args=[organisation.code])
    # A copy: what was typed and refused is not what the page's head says.
    form = AboutForm(
        request.POST if request.method == "POST" else None,
        instance=Organisation.objects.get(pk=organisation.pk),
        action=here,
    )
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("It is saved. Students read it from now on."))
        return HttpResponseRedirect(here, status=303)
    context = {"member": member, "form": form}
    status = 422 if form.errors else 200
    return render(request, "planner/organisation_about.html", context, status=status)


@dataclass(frozen=True, slots=True, kw_only=True)
class Used:
    """How much of something there is, worded so that nobody is told alone."""

    what: str
    count: int

    @property
    def in_words(self) -> str:
        if self.count < SMALLEST:
            return _("fewer than %(smallest)s") % {"smallest": SMALLEST}
        return f"{self.count:,}"


@require_safe
@as_lead
def usage(request: HttpRequest, member: Membership) -> HttpResponse:
    """Tell leads how much the organisation is used: numbers, and nobody's plan."""
    now = timezone.now()
    context = {
        "member": member,
        "used": _used(member.organisation, now),
        "reviews": _reviews(member.organisation),
        "smallest": SMALLEST,
        "today": timezone.localdate(),
    }
    return render(request, "planner/organisation_usage.html", context)


def _used(organisation: Organisation, now: datetime) -> list[Used]:
    students = Consent.objects.in_force().filter(organisation=organisation)
    counted: dict[str, Any] = students.aggregate(
        all=Count("pk"), lately=Count("pk", Q(roadmap__changed_at__gte=now - LATELY))
    )
    waiting = (
        Invitation.objects.in_force(now)
        .filter(organisation=organisation, kind=Invitation.Kind.STUDENT)
        .exclude(email="")
    )
    log = AuditEntry.objects.filter(organisation=organisation, at__gte=now - LATELY)
    # An order is written at one moment for all who are in it; files go after a day.
    orders = log.filter(action=AuditEntry.Action.ORDERED).values("actor_name", "at")
    taken = log.filter(action=AuditEntry.Action.EXPORTED)
    return [
        Used(what=_("Students who agreed"), count=counted["all"]),
        Used(
            what=_("Students invited by mail, without an answer"), count=waiting.count()
        ),
        Used(what=_("Roadmaps changed in the last 30 days"), count=counted["lately"]),
        Used(
            what=_("Files of many students ordered in the last 30 days"),
            count=orders.distinct().count(),
        ),
        Used(
            what=_("Files of one student taken along in the last 30 days"),
            count=taken.count(),
        ),
    ]


def _reviews(organisation: Organisation) -> list[Used]:
    students = Consent.objects.in_force().filter(organisation=organisation)
    counted = dict(
        students.order_by().values_list("review").annotate(number=Count("pk"))
    )
    return [
        Used(what=str(label), count=counted.get(review, 0))
        for review, label in Consent.Review.choices
    ]
