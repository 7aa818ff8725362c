"""The editors' desk: Django's admin, with the same way in as the rest of the site."""

from __future__ import annotations

from typing import Any

from allauth.account.decorators import secure_admin_login
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.admin import AdminSite
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _


class Desk(AdminSite):
    """An admin whose sign-in is limited, and may ask for a second factor."""

    def has_permission(self, request: HttpRequest) -> bool:
        return super().has_permission(request) and not _lacks_second_factor(request)

    def login(
        self, request: HttpRequest, extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """Send to the site's own sign-in, or to where a second factor is set up."""
        if super().has_permission(request) and _lacks_second_factor(request):
            messages.info(request, _("The desk asks for a second factor. Add it here."))
            return redirect("mfa_activate_totp")
        answer: HttpResponse = secure_admin_login(super().login)(request, extra_context)
        return answer


def _lacks_second_factor(request: HttpRequest) -> bool:
    return settings.STAFF_NEED_SECOND_FACTOR and not is_mfa_enabled(request.user)
