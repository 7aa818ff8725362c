"""What a student is told by advisors, answers them, and has reviewed."""

from __future__ import annotations

from typing import cast
from uuid import UUID

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.gzip import gzip_page
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from planner import keeping, talking
from planner.models import Comment, Consent, Roadmap, User
from planner.pages.steps import key_of
from planner.talk_forms import RemarkForm, ReviewForm
from planner.talking import NotNow
from planner.views.changes import SUGGESTION
from planner.views.kept import own_roadmap

Review = Consent.Review


@require_safe
@own_roadmap
@gzip_page
def advice(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Show what was said about a roadmap, and how its review stands."""
    return _page(request, roadmap)


@require_http_methods(["GET", "HEAD", "POST"])
@own_roadmap
def say(request: HttpRequest, roadmap: Roadmap) -> HttpResponse:
    """Write a remark to a roadmap or to a step, for those who see it."""
    standing = keeping.standing_of(roadmap)
    step_id = request.GET.get("step", "").replace("-", ":", 1)
    step = standing.step(step_id)
    consents = list(shown_to(roadmap))
    if not consents or (step_id and step is None):
        raise Http404
    here = reverse("planner:roadmap-say", args=[roadmap.code])
    if step is not None:
        here = f"{here}?step={key_of(step.id)}"
    handles = dict.fromkeys(
        handle for consent in consents for handle in talking.people_of(consent)
    )
    form = RemarkForm(
        request.POST if request.method == "POST" else None,
        action=here,
        handles=handles,
        consents=consents,
    )
    if request.method == "POST" and form.is_valid():
        talking.say(
            form.consent,
            cast(User, request.user),
            form.cleaned_data["text"],
            now=timezone.now(),
            step=step_id,
        )
        messages.success(request, _("Your remark is kept."))
        return _back(roadmap)
    context = {
        "roadmap": roadmap,
        "form": form,
        "step": step,
        "comments": said_of(roadmap).filter(step=step_id),
    }
    status = 422 if form.errors else 200
    return render(request, "planner/roadmap_say.html", context, status=status)


@require_POST
@own_roadmap
def resolve(request: HttpRequest, roadmap: Roadmap, comment: int) -> HttpResponse:
    """Say that a remark is dealt with, or that it is open again."""
    remark = get_object_or_404(said_of(roadmap), pk=comment)
    is_open = request.POST.get("open") == "yes"
    talking.resolve(
        remark, cast(User, request.user), now=timezone.now(), is_open=is_open
    )
    return _back(roadmap, f"#remark-{remark.pk}")


@require_POST
@own_roadmap
def decline(request: HttpRequest, roadmap: Roadmap, comment: int) -> HttpResponse:
    """Say that a change that was suggested is not wanted."""
    remark = get_object_or_404(said_of(roadmap).exclude(proposal=""), pk=comment)
    talking.decline(remark, now=timezone.now())
    messages.success(request, _("You leave it as it is, and your advisor sees that."))
    return _back(roadmap, f"#remark-{remark.pk}")


@require_POST
@own_roadmap
def review(request: HttpRequest, roadmap: Roadmap, consent: UUID) -> HttpResponse:
    """Submit a roadmap for review, or take it back."""
    given = get_object_or_404(shown_to(roadmap), code=consent)
    form = _review_form(given, request)
    if not form.is_valid():
        return _page(request, roadmap, form, given)
    state, text = request.POST["review"], form.cleaned_data["text"].strip()
    try:
        talking.lead_on(
            given, cast(User, request.user), state, text, now=timezone.now()
        )
    except NotNow:
        messages.error(
            request, _("The review stands elsewhere by now. Look at it again.")
        )
    else:
        messages.success(
            request, _("The review: %(state)s.") % {"state": Review(state).label}
        )
    return _back(roadmap)


def shown_to(roadmap: Roadmap) -> QuerySet[Consent]:
    """Return the consents by which organisations see a roadmap now."""
    return (
        Consent.objects.in_force()
        .filter(roadmap=roadmap)
        .select_related("organisation", "student", "roadmap", "advisor")
        .order_by("organisation__name")
    )


def said_of(roadmap: Roadmap) -> QuerySet[Comment]:
    """Return every remark to a roadmap; those of organisations that left it, too."""
    return Comment.objects.filter(
        roadmap=roadmap, consent__student=roadmap.owner_id
    ).select_related("author", "consent__organisation", "resolved_by")


def _page(
    request: HttpRequest,
    roadmap: Roadmap,
    form: ReviewForm | None = None,
    about: Consent | None = None,
) -> HttpResponse:
    standing = keeping.standing_of(roadmap)
    consents = [
        (
            consent,
            form
            if form is not None and consent == about
            else _review_form(consent, None),
        )
        for consent in shown_to(roadmap)
    ]
    remarks = [
        (remark, standing.step(remark.step), _leads_to(remark, roadmap))
        for remark in said_of(roadmap).order_by("-made_at", "-pk")
    ]
    context = {
        "roadmap": roadmap,
        "form": form,
        "consents": consents,
        "remarks": remarks,
    }
    status = 422 if form is not None else 200
    return render(request, "planner/roadmap_advice.html", context, status=status)


def _leads_to(remark: Comment, roadmap: Roadmap) -> str:
    """Return where it is shown what a suggested change would move."""
    if not remark.is_open:
        return ""
    page = reverse("planner:roadmap-change", args=[roadmap.code])
    return f"{page}?{remark.proposal}&{SUGGESTION}={remark.pk}"


def _review_form(consent: Consent, request: HttpRequest | None) -> ReviewForm:
    words = {
        Review.SUBMITTED: _("Submit it for review"),
        Review.DRAFT: _("Take it back"),
    }
    ways = talking.BY_STUDENT[Review(consent.review)]
    code = consent.roadmap.code if consent.roadmap else ""
    return ReviewForm(
        None if request is None else request.POST,
        auto_id=f"id_{consent.code.hex}_%s",
        action=reverse("planner:roadmap-review", args=[code, consent.code]),
        ways=[(way.value, words[way]) for way in ways],
    )


def _back(roadmap: Roadmap, anchor: str = "") -> HttpResponse:
    page = reverse("planner:roadmap-advice", args=[roadmap.code])
    return HttpResponseRedirect(page + anchor, status=303)
