"""Who else sees a roadmap: files of it, links to it, and a calendar's address."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import UUID

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Layout, Submit
from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import http_date, parse_http_date_safe
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as _lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from planner import filing, keeping
from planner.engine.crediting import waiver
from planner.engine.plans import Plan
from planner.exports import EXPORTS, Kept
from planner.filing import advice_of
from planner.keeping import Standing
from planner.models import CalendarAddress, Roadmap, Share
from planner.views.exports import file_response
from planner.views.kept import own_roadmap, seen

MOST_LINKS = 50  # in force at the same time, for one roadmap


class ShareForm(forms.Form):
    """For how long a link holds, and whether it says whose roadmap it is."""

    days = forms.TypedChoiceField(
        label=_lazy("How long shall it hold?"),
        choices=[
            (7, _lazy("A week")),
            (30, _lazy("A month")),
            (90, _lazy("Three months")),
            (365, _lazy("A year")),
        ],
        coerce=int,
        initial=30,
        widget=forms.RadioSelect,
        error_messages={
            "required": _lazy("Choose how long the link holds."),
            "invalid_choice": _lazy("Choose one of the four."),
        },
    )
    with_name = forms.BooleanField(label=_lazy("With my name on it"), required=False)

    def __init__(self, *args: Any, action: str, **kwargs: Any):
        super().__init__(*args, **kwargs)
        self.helper = FormHelper(self)
        self.helper.form_action = action
        self.helper.layout = Layout("days", "with_name", Submit("", _("Make a link")))


# Files


@require_safe
@own_roadmap
def export(request: HttpRequest, roadmap: Roadmap, format: str) -> HttpResponse:
    """Give a file of a roadmap to its owner."""
    made = EXPORTS.get(format)
    if made is None:
        raise Http404
    standing = keeping.standing_of(roadmap)
    body = made.make(
        advice_of(standing), standing.catalogue, kept_of(standing, request)
    )
    return file_response(made, body, roadmap.name)


def kept_of(standing: Standing, request: HttpRequest | None) -> Kept:
    """Return what a file says beside the plan, with the owner's address of it."""
    address = standing.roadmap.get_absolute_url()
    return filing.kept_of(
        standing, "" if request is None else request.build_absolute_uri(address)
    )


# Links


@require_http_methods(["GET", "HEAD", "POST"])
@own_roadmap
def shares(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """List the links to a roadmap, and make one more."""
    now = timezone.now()
    here = reverse("planner:roadmap-shares", args=[roadmap.code])
    form = ShareForm(request.POST if request.method == "POST" else None, action=here)
    in_force = roadmap.shares.in_force(now)
    if request.method == "POST" and form.is_valid():
        if in_force.count() >= MOST_LINKS:
            words = _("There are %(most)s links already. Revoke one of them first.")
            form.add_error(None, words % {"most": MOST_LINKS})
        else:
            Share.objects.create(
                roadmap=roadmap,
                created_at=now,
                expires_at=now + timedelta(days=form.cleaned_data["days"]),
                with_name=form.cleaned_data["with_name"],
            )
            messages.success(request, _("The link is made. It stands in the list."))
            return HttpResponseRedirect(here, status=303)
    calendar = roadmap.calendars.filter(revoked_at=None).first()
    context = {
        "roadmap": roadmap,
        "form": form,
        "links": [
            (
                one,
                request.build_absolute_uri(reverse("planner:shared", args=[one.token])),
            )
            for one in in_force
        ],
        "calendar": None
        if calendar is None
        else request.build_absolute_uri(
            reverse("planner:calendar", args=[calendar.token])
        ),
        "has_name": bool(roadmap.owner.get_full_name()),
    }
    status = 422 if form.errors else 200
    return render(request, "planner/roadmap_shares.html", context, status=status)


@require_POST
@own_roadmap
def revoke(request: HttpRequest, roadmap: Roadmap, share: UUID) -> HttpResponse:
    """Let a link lead nowhere, from now on."""
    link = get_object_or_404(roadmap.shares, code=share)
    roadmap.shares.filter(pk=link.pk, revoked_at=None).update(revoked_at=timezone.now())
    messages.success(request, _("The link leads nowhere any more."))
    return HttpResponseRedirect(
        reverse("planner:roadmap-shares", args=[roadmap.code]), status=303
    )


@require_POST
@own_roadmap
def calendar_address(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Make a calendar's address, make another one instead, or take it away."""
    now = timezone.now()
    had_one = roadmap.calendars.filter(revoked_at=None).update(revoked_at=now)
    if request.POST.get("do") == "revoke":
        messages.success(request, _("The calendar’s address leads nowhere any more."))
    else:
        CalendarAddress.objects.create(roadmap=roadmap, created_at=now)
        messages.success(
            request,
            _("This is a new address; the one before leads nowhere any more.")
            if had_one
            else _("The address is made. Give it to your calendar."),
        )
    here = reverse("planner:roadmap-shares", args=[roadmap.code])
    return HttpResponseRedirect(f"{here}#calendar", status=303)


# What others see


@require_safe
@never_cache
@gzip_page
def shared(request: HttpRequest, token: str) -> HttpResponse:
    """Show a roadmap to whoever has a link that holds; without notes and reasons."""
    link = get_object_or_404(
        Share.objects.in_force(timezone.now()).select_related("roadmap__owner"),
        code=Share.code_in(token),
    )
    roadmap = Roadmap.objects.as_they_stand().get(pk=link.roadmap_id)
    standing = keeping.standing_of(roadmap)
    plan = without_reasons(standing)
    context = {
        **seen(standing, plan, timezone.localdate()),
        "name": link.roadmap.owner.get_full_name() if link.with_name else "",
        "expires_at": link.expires_at,
    }
    response = render(request, "planner/shared.html", context)
    return unlisted(response)


@require_safe
@never_cache
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """Give a calendar the roadmap as it stands; nothing where nothing has changed."""
    address = get_object_or_404(
        CalendarAddress, code=CalendarAddress.code_in(token), revoked_at=None
    )
    roadmap = (
        Roadmap.objects.as_they_stand()
        .select_related("owner")
        .get(pk=address.roadmap_id)
    )
    changed = int(roadmap.changed_at.timestamp())
    since = parse_http_date_safe(request.headers.get("If-Modified-Since", ""))
    if since is not None and since >= changed:
        return unlisted(HttpResponse(status=304))
    standing = keeping.standing_of(roadmap)
    made = EXPORTS["ics"]
    kept = replace(kept_of(standing, request), person="")
    body = made.make(advice_of(standing), standing.catalogue, kept)
    response = HttpResponse(body, content_type=made.media_type)
    response["Last-Modified"] = http_date(changed)
    return unlisted(response)


def without_reasons(standing: Standing) -> Plan:
    """Return the plan of a roadmap without the reasons why something is not needed."""
    reasons = {waiver(one.because) for one in standing.background.not_needed}
    credited = tuple(c for c in standing.plan.credited if c.by not in reasons)
    return replace(standing.plan, credited=credited)


def unlisted(response: HttpResponse) -> HttpResponse:
    """Keep an answer from search engines, and its address from where links lead."""
    response["X-Robots-Tag"] = "noindex, nofollow"
    response["Referrer-Policy"] = "no-referrer"
    return response
