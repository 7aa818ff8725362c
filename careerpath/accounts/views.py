"""The page from which somebody sees to their account."""

from __future__ import annotations

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """List what belongs to an account, with where to change each."""
    context = {
        "address": EmailAddress.objects.get_primary_email(request.user),
        "has_second_factor": is_mfa_enabled(request.user),
        "sessions": UserSession.objects.filter(user=request.user).count(),
        "providers": get_adapter().list_providers(request),
    }
    return render(request, "account/overview.html", context)
