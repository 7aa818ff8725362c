"""Who is let into the pages of an organisation, and to whose data.

Everybody else gets the answer of things that do not exist; who is not signed in is
asked to, whether there is such an organisation or not.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from typing import Any, cast
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from planner.models import Consent, Membership, User

View = Callable[..., HttpResponse]


def as_advisor(view: View) -> View:
    """Give a view the `member` that somebody is as an advisor of `organisation`."""
    return _as([Membership.Role.ADVISOR], view)


def as_lead(view: View) -> View:
    """Give a view the `member` that somebody is as a lead of `organisation`."""
    return _as([Membership.Role.LEAD], view)


def as_member(view: View) -> View:
    """Give a view the `member` that somebody is, as a lead if they are one."""
    return _as([Membership.Role.LEAD, Membership.Role.ADVISOR], view)


def with_student(view: View) -> View:
    """Give an advisor's view the `consent` of a student that is in force, else 404.

    It comes with the student, the roadmap as it stands and the organisation.
    """

    @as_advisor
    @wraps(view)
    def answer(
        request: HttpRequest, member: Membership, student: UUID, **captured: Any
    ) -> HttpResponse:
        consents = (
            Consent.objects.in_force()
            .filter(organisation=member.organisation)
            .select_related(
                "organisation",
                "student",
                "advisor",
                "roadmap__owner",
                "roadmap__current__plan__version",
            )
            .defer("roadmap__current__plan__version__document")
        )
        consent = get_object_or_404(consents, code=student)
        return view(request, member, consent, **captured)

    return answer


def _as(roles: Sequence[str], view: View) -> View:
    @wraps(view)
    @login_required
    @never_cache
    def answer(
        request: HttpRequest, organisation: UUID, **captured: Any
    ) -> HttpResponse:
        members = Membership.objects.in_force().select_related("organisation", "user")
        user = cast(User, request.user)
        mine = {
            one.role: one
            for one in members.filter(organisation__code=organisation, user=user)
        }
        member = next((mine[role] for role in roles if role in mine), None)
        if member is None:
            raise Http404
        member.roles = frozenset(mine)
        user.is_member = True  # known now: the page's head need not ask again
        if settings.ADVISORS_NEED_SECOND_FACTOR and not is_mfa_enabled(user):
            messages.info(
                request, _("Advisors here need a second factor. Add it here.")
            )
            return redirect("mfa_activate_totp")
        return view(request, member, **captured)

    return answer
