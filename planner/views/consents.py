"""The student's page of who sees a roadmap of theirs, and of who looked when."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import (
    HttpRequest,
    HttpResponse,
    HttpResponseRedirect,
    QueryDict,
)
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import (
    require_http_methods,
    require_POST,
    require_safe,
)

from planner import consenting
from planner.models import AuditEntry, Consent, Roadmap, User
from planner.organisation_forms import NONE_YET, RoadmapForm

A_PAGE = 50


@require_safe
@login_required
@never_cache
def index(request: HttpRequest) -> HttpResponse:
    """Show whom somebody lets see a roadmap, and who looked."""
    return _show(request)


@require_POST
@login_required
@never_cache
def choose(request: HttpRequest, consent: UUID) -> HttpResponse:
    """Show an organisation another roadmap, or none."""
    mine = get_object_or_404(_in_force(request), code=consent)
    own = Roadmap.objects.of(cast(User, request.user))
    form = _form(mine, own, request.POST)
    if not form.is_valid():
        return _show(request, refused=(mine, form))
    chosen = form.cleaned_data["roadmap"]
    consenting.choose_roadmap(mine, chosen, timezone.now())
    words = {"organisation": mine.organisation.name}
    if chosen is None:
        said = _("%(organisation)s sees no roadmap of yours now.") % words
    else:
        words["name"] = chosen.name
        said = _("%(organisation)s sees “%(name)s” now.") % words
    messages.success(request, said)
    return HttpResponseRedirect(reverse("planner:advisors"), status=303)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
@never_cache
def withdraw(request: HttpRequest, consent: UUID) -> HttpResponse:
    """Say what withdrawing does, then do it. Clicking twice does it once."""
    mine = get_object_or_404(
        Consent.objects.of(cast(User, request.user)).select_related("organisation"),
        code=consent,
    )
    if request.method == "POST":
        consenting.withdraw(mine, timezone.now())
        words = _("%(organisation)s sees nothing of yours any more.")
        messages.success(request, words % {"organisation": mine.organisation.name})
    if request.method == "POST" or mine.withdrawn_at is not None:
        return HttpResponseRedirect(reverse("planner:advisors"), status=303)
    return render(request, "planner/advisors_withdraw.html", {"consent": mine})


def _show(
    request: HttpRequest, refused: tuple[Consent, RoadmapForm] | None = None
) -> HttpResponse:
    user = cast(User, request.user)
    own = list(Roadmap.objects.of(user))
    forms = {consent: _form(consent, own) for consent in _in_force(request)}
    if refused is not None:
        forms[refused[0]] = refused[1]
    ended = Consent.objects.of(user).exclude(withdrawn_at=None)
    entries = AuditEntry.objects.filter(student=user).select_related("organisation")
    context: dict[str, Any] = {
        "consents": list(forms.items()),
        "ended": ended.select_related("organisation").order_by("-withdrawn_at"),
        "entries": Paginator(entries, A_PAGE).get_page(request.GET.get("page")),
        "form": refused[1] if refused else None,  # the title says that it is refused
    }
    status = 422 if refused else 200
    return render(request, "planner/advisors.html", context, status=status)


def _in_force(request: HttpRequest) -> QuerySet[Consent]:
    """Return the consents of whoever asks, with how many notes are kept with each."""
    mine = Consent.objects.in_force().of(cast(User, request.user))
    return mine.select_related("organisation", "roadmap", "advisor").annotate(
        notes_kept=Count("notes")
    )


def _form(
    consent: Consent, own: Iterable[Roadmap], data: QueryDict | None = None
) -> RoadmapForm:
    """Return the choice among the roadmaps in use, and the one that is shown now."""
    return RoadmapForm(
        data,
        initial={"roadmap": consent.roadmap.code if consent.roadmap else NONE_YET},
        roadmaps=[
            roadmap
            for roadmap in own
            if roadmap.archived_at is None or roadmap == consent.roadmap
        ],
        action=reverse("planner:consent-roadmap", args=[consent.code]),
        button=_("Show them this one"),
        auto_id=f"id_{consent.code.hex[:8]}_%s",
    )
