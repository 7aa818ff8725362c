"""Invitations: made by members of organisations, answered by those who get them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from planner import addresses, consenting
from planner.consenting import Checked, Gone
from planner.models import Consent, Invitation, Membership, Roadmap, User
from planner.organisation_forms import (
    NONE_YET,
    LinkForm,
    ListForm,
    RoadmapForm,
    SendForm,
)
from planner.views.working import as_member

A_PAGE = 50
MOST_LINKS = 50  # in force at the same time, of one organisation


# What members see


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def index(request: HttpRequest, member: Membership) -> HttpResponse:
    """List the invitations of students that hold, and make a link for many."""
    organisation, now = member.organisation, timezone.now()
    here = reverse("planner:invitations", args=[organisation.code])
    form = LinkForm(request.POST if request.method == "POST" else None, action=here)
    students = (
        Invitation.objects.in_force(now)
        .filter(organisation=organisation, kind=Invitation.Kind.STUDENT)
        .select_related("made_by")
    )
    links = students.filter(email="")
    if request.method == "POST" and form.is_valid():
        if links.count() >= MOST_LINKS:
            words = _("There are %(most)s links already. Revoke one of them first.")
            form.add_error(None, words % {"most": MOST_LINKS})
        else:
            Invitation.objects.create(
                organisation=organisation,
                kind=Invitation.Kind.STUDENT,
                message=form.cleaned_data["message"],
                made_by=member.user,
                created_at=now,
                expires_at=now + timedelta(days=form.cleaned_data["days"]),
            )
            messages.success(request, _("The link is made. It stands in the list."))
            return HttpResponseRedirect(here, status=303)
    mailed = Paginator(students.exclude(email=""), A_PAGE)
    context = {
        "member": member,
        "form": form,
        "links": [(link, consenting.link_of(link)) for link in links],
        "waiting": mailed.get_page(request.GET.get("page")),
    }
    status = 422 if form.errors else 200
    return render(request, "planner/invitations.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@as_member
def by_list(request: HttpRequest, member: Membership) -> HttpResponse:
    """Take a list of addresses, show what would be sent, and send it when told to."""
    if request.method == "POST" and "send" in request.POST:
        return _send(request, member)
    here = reverse("planner:invitations-list", args=[member.organisation.code])
    posted = (request.POST, request.FILES) if request.method == "POST" else ()
    form = ListForm(*posted, action=here)
    if not (request.method == "POST" and form.is_valid()):
        context = {"member": member, "form": form}
        status = 422 if form.errors else 200
        return render(request, "planner/invitations_list.html", context, status=status)
    checked = consenting.check_addresses(
        member.organisation, form.lines, timezone.now()
    )
    back = ListForm(
        initial={
            "addresses": addresses.write_text(form.lines),
            "message": form.cleaned_data["message"],
        },
        action=here,
    )
    context = {
        "member": member,
        "heaps": heaps_of(checked),
        "new": checked.new,
        "send": SendForm(
            auto_id=False,
            initial={
                "addresses": addresses.write_text(checked.new),
                "message": form.cleaned_data["message"],
            },
        ),
        "button": _send_button(len(checked.new)),
        "again": back,
        "here": here,
    }
    return render(request, "planner/invitations_preview.html", context)


def _send(request: HttpRequest, member: Membership) -> HttpResponse:
    """Send what was previewed: checked again, for others may have been faster."""
    here = reverse("planner:invitations-list", args=[member.organisation.code])
    form = SendForm(request.POST)
    lines = addresses.read_text(request.POST.get("addresses", ""))
    if not form.is_valid() or not 0 < len(lines) <= consenting.MOST_AT_ONCE:
        again = ListForm(request.POST, action=here)
        again.is_valid()
        again.add_error(None, _("The list came back broken. Give it once more."))
        context = {"member": member, "form": again}
        return render(request, "planner/invitations_list.html", context, status=422)
    checked = consenting.invite_students(
        member.organisation,
        lines,
        by=member.user,
        message=form.cleaned_data["message"],
        now=timezone.now(),
    )
    messages.success(request, _sent_in_words(checked, len(lines)))
    then = reverse("planner:invitations", args=[member.organisation.code])
    return HttpResponseRedirect(then, status=303)


def heaps_of(checked: Checked) -> list[dict[str, Any]]:
    """Word what a list contains, heap by heap; those without a line are left out."""
    heaps = [
        (_("New: they get an invitation"), checked.new),
        (_("No e-mail addresses: mend them, or leave them out"), checked.wrong),
        (_("Students here already: nothing is sent"), checked.here),
        (_("Invited already, without an answer yet: nothing is sent"), checked.waiting),
        (_("Named twice in the list: nothing is sent twice"), checked.repeated),
    ]
    return [{"title": title, "lines": lines} for title, lines in heaps if lines]


def _send_button(number: int) -> str:
    return ngettext("Send one invitation", "Send %(number)s invitations", number) % {
        "number": f"{number:,}"
    }


def _sent_in_words(checked: Checked, given: int) -> str:
    sent = len(checked.new)
    words = ngettext(
        "One invitation is on its way.",
        "%(number)s invitations are on their way.",
        sent,
    ) % {"number": f"{sent:,}"}
    if sent < given:
        words += " " + _("What was no longer new is left out.")
    return words


@require_POST
@as_member
def revoke(request: HttpRequest, member: Membership, invitation: UUID) -> HttpResponse:
    """Let an invitation lead nowhere; those of members only where a lead says so."""
    organisation, now = member.organisation, timezone.now()
    holding = Invitation.objects.in_force(now).filter(organisation=organisation)
    if not member.is_lead:
        holding = holding.filter(kind=Invitation.Kind.STUDENT)
    revoked = get_object_or_404(holding, code=invitation)
    holding.filter(pk=revoked.pk).update(revoked_at=now)
    messages.success(request, _("The invitation leads nowhere any more."))
    is_student = revoked.kind == Invitation.Kind.STUDENT
    then = "planner:invitations" if is_student else "planner:members"
    return HttpResponseRedirect(reverse(then, args=[organisation.code]), status=303)


# What those who are invited see


@require_http_methods(["GET", "HEAD", "POST"])
@never_cache
def answer(request: HttpRequest, token: str) -> HttpResponse:
    """Show who asks for what, to anybody with the link; take the answer, signed in."""
    code = Invitation.code_in(token)
    known = Invitation.objects.select_related("organisation", "made_by")
    invitation = known.filter(code=code).first() if code else None
    if invitation is None:
        return nowhere(request)
    user = request.user
    try:
        if not user.is_authenticated:
            if request.method == "POST":
                return redirect_to_login(request.path)
            return _show(request, invitation)
        if request.method == "POST" and request.POST.get("do") == "decline":
            return _decline(request, invitation)
        if invitation.kind == Invitation.Kind.STUDENT:
            return _as_student(request, invitation, user)
        return _as_member(request, invitation, user)
    except Gone:
        return nowhere(request)


def _as_student(
    request: HttpRequest, invitation: Invitation, user: User
) -> HttpResponse:
    own = list(Roadmap.objects.of(user).in_use())
    form = RoadmapForm(
        request.POST if request.method == "POST" else None,
        initial={} if own else {"roadmap": NONE_YET},
        roadmaps=own,
        action=request.path,
        button=_("I agree"),
    )
    if request.method == "POST" and form.is_valid():
        consenting.agree(
            invitation,
            user,
            roadmap=form.cleaned_data["roadmap"],
            now=timezone.now(),
        )
        words = _("%(organisation)s sees what stands here, until you withdraw.")
        messages.success(
            request, words % {"organisation": invitation.organisation.name}
        )
        return HttpResponseRedirect(reverse("planner:advisors"), status=303)
    before = Consent.objects.in_force().of(user)
    is_done = before.filter(organisation=invitation.organisation).exists()
    return _show(request, invitation, form=form, is_done=is_done)


def _as_member(
    request: HttpRequest, invitation: Invitation, user: User
) -> HttpResponse:
    organisation = invitation.organisation
    if request.method == "POST":
        consenting.join(invitation, user, now=timezone.now())
        words = _("You are at %(organisation)s as: %(role)s.")
        messages.success(
            request,
            words
            % {
                "organisation": organisation.name,
                "role": invitation.get_kind_display(),
            },
        )
        return HttpResponseRedirect(organisation.get_absolute_url(), status=303)
    before = Membership.objects.in_force().filter(
        organisation=organisation, user=user, role=invitation.kind
    )
    return _show(request, invitation, is_done=before.exists())


def _decline(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    consenting.decline(invitation, timezone.now())
    words = _("You said no. Nothing changes, and %(organisation)s sees nothing of you.")
    messages.success(request, words % {"organisation": invitation.organisation.name})
    return HttpResponseRedirect(reverse("planner:roadmaps"), status=303)


def _show(request: HttpRequest, invitation: Invitation, **more: Any) -> HttpResponse:
    """Show an invitation that holds. Who answered one by a click twice is not here."""
    if not Invitation.objects.in_force(timezone.now()).filter(pk=invitation.pk):
        raise Gone
    way_back = urlencode({"next": request.path})
    context = {
        "invitation": invitation,
        "organisation": invitation.organisation,
        "asks": consenting.who_asks(invitation),
        "seen": consenting.what_is_seen(),
        "not_seen": consenting.what_is_not_seen(),
        "sign_in": f"{reverse('account_login')}?{way_back}",
        "sign_up": f"{reverse('account_signup')}?{way_back}",
        **more,
    }
    form = more.get("form")
    status = 422 if form is not None and form.errors else 200
    response = render(request, "planner/invitation.html", context, status=status)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response


def nowhere(request: HttpRequest) -> HttpResponse:
    """Answer alike for what is answered, revoked, too old, or made up."""
    response = render(request, "planner/invitation_nowhere.html", status=404)
    response["X-Robots-Tag"] = "noindex, nofollow"
    return response
