"""Where somebody is signed in: seen now and then, listed, and ended."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import Any

from allauth.account.internal.flows.logout import logout
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

HOUR = 60 * 60


class LastSeen:
    """Note once an hour that a session is in use; more often would tell a diary."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        session = request.session
        # Whose session nobody looked at on the way is not looked up for this.
        if session.accessed and "seen" in session:
            now = int(time())
            if now - session["seen"] >= HOUR:
                session["seen"] = now
                UserSession.objects.filter(session_key=session.session_key).update(
                    last_seen_at=timezone.now()
                )
        return response


def see(request: HttpRequest, **signal: Any) -> None:
    """Begin to note when somebody was last seen, as they sign in."""
    request.session["seen"] = int(time())


@never_cache
@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def sessions(request: HttpRequest) -> HttpResponse:
    """List where somebody is signed in, and end one of these, or all others."""
    mine = UserSession.objects.filter(user=request.user)
    if request.method == "POST":
        others = mine.exclude(session_key=request.session.session_key)
        if "others" in request.POST:
            for session in others:
                session.end()
            messages.success(request, _("You are signed out everywhere else."))
            return redirect("account_sessions")
        number = request.POST.get("end", "")
        ended = get_object_or_404(mine, pk=number if number.isdecimal() else 0)
        if ended.is_current():
            ended.delete()
            logout(request)
            return redirect("/")
        ended.end()
        messages.success(request, _("You are signed out there."))
        return redirect("account_sessions")
    listed = UserSession.objects.purge_and_list(request.user)
    listed.sort(key=lambda session: (session.is_current(), session.last_seen_at))
    context = {"sessions": listed[::-1]}
    return render(request, "account/sessions.html", context)
