"""The page from which somebody sees to their account."""

from __future__ import annotations

from typing import cast

from allauth.account.models import EmailAddress
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.adapter import get_adapter
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from careerpath.accounts.forms import OwnName
from planner.models import User


@never_cache
@login_required
@require_safe
def overview(request: HttpRequest) -> HttpResponse:
    """List what belongs to an account, with where to change each."""
    context = {
        "name": cast(User, request.user).get_full_name(),
        "address": EmailAddress.objects.get_primary_email(request.user),
        "has_second_factor": is_mfa_enabled(request.user),
        "sessions": UserSession.objects.filter(user=request.user).count(),
        "providers": get_adapter().list_providers(request),
    }
    return render(request, "account/overview.html", context)


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def name(request: HttpRequest) -> HttpResponse:
    """Ask what somebody is called."""
    user = cast(User, request.user)
    posted = request.POST if request.method == "POST" else None
    initial = {"first_name": user.get_full_name()}
    form = OwnName(posted, instance=user, initial=initial)
    if request.method == "POST" and form.is_valid():
        form.save()
        messages.success(request, _("Your name is kept."))
        return HttpResponseRedirect(reverse("account"), status=303)
    status = 422 if form.errors else 200
    return render(request, "account/name.html", {"form": form}, status=status)
