"""Where django-allauth lets a site decide: limits, words, and who is who."""

from __future__ import annotations

from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.stages import EmailVerificationStage
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.core.internal import ratelimit
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialLogin
from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from planner.models import User

# Mail that anybody can have sent to anybody.
_ASKED_FOR = {
    "account/email/account_already_exists",
    "account/email/email_confirmation",
    "account/email/email_confirmation_signup",
    "account/email/password_reset_code",
    "account/email/unknown_account",
}
_NOT_RIGHT = _("Address and password do not belong together. Check both.")


def name_of(user: User) -> str:
    """Return what somebody knows their account by."""
    return user.email or user.username


class VerifyAddress(EmailVerificationStage):
    """Ask for the code that was sent, but not those who work at the desk.

    An administrator made their account, perhaps before mail was set up.
    """

    def handle(self) -> tuple[Any, bool]:
        user = self.login.user
        if user is not None and user.is_staff:
            return None, True
        answer: tuple[Any, bool] = super().handle()
        return answer


class Accounts(DefaultAccountAdapter):
    error_messages = DefaultAccountAdapter.error_messages | {
        "duplicate_email": _("This is your address already."),
        "email_taken": _("This address belongs to another account."),
        "email_password_mismatch": _NOT_RIGHT,
        "username_password_mismatch": _NOT_RIGHT,
        "enter_current_password": _("This is not your password."),
        "incorrect_password": _("This is not your password."),
        "incorrect_code": _("This is not the code. Look at the newest mail."),
        "too_many_login_attempts": _("Too many attempts. Try again in five minutes."),
        "rate_limited": _("Too many attempts. Try again in a few minutes."),
    }

    def get_login_stages(self) -> list[str]:
        ours = f"{VerifyAddress.__module__}.{VerifyAddress.__name__}"
        theirs = "allauth.account.stages.EmailVerificationStage"
        return [ours if stage == theirs else stage for stage in _stages(self)]

    def get_password_change_redirect_url(self, request: HttpRequest) -> str:
        return reverse("account")

    def send_mail(
        self, template_prefix: str, email: str, context: dict[str, Any]
    ) -> None:
        """Send, but not without end what a visitor asks for on behalf of an address."""
        if template_prefix in _ASKED_FOR and not ratelimit.consume(
            self.request,
            app="allauth.account",
            action="mail",
            key=_visitor_and(self.request, email),
            limit_get=True,
        ):
            raise ImmediateHttpResponse(ratelimit.respond_429(self.request))
        super().send_mail(template_prefix, email, context)

    def _get_login_attempts_cache_key(
        self, request: HttpRequest, **credentials: Any
    ) -> str:
        """Count attempts by what was typed and by where it was typed.

        allauth counts by the former alone, so a stranger could lock somebody out.
        """
        typed = credentials.get("email") or credentials.get("username") or ""
        return _visitor_and(request, typed)


class SecondFactors(DefaultMFAAdapter):
    error_messages = DefaultMFAAdapter.error_messages | {
        "incorrect_code": _("This is not the code. Codes change every half minute."),
        "unverified_email": _("Confirm your e-mail address first."),
    }


class CampusLogins(DefaultSocialAccountAdapter):
    def can_authenticate_by_email(self, login: SocialLogin, email: str) -> bool:
        """Open an account to whom the campus vouches for, if its address is proven.

        allauth asks only about addresses that the provider says it verified.
        """
        proven = EmailAddress.objects.filter(email=email.lower(), verified=True)
        return bool(proven.exists())

    def populate_user(
        self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]
    ) -> User:
        """Take over the address; a name is not needed."""
        user: User = super().populate_user(
            request, sociallogin, {"email": data.get("email")}
        )
        return user


def _stages(adapter: DefaultAccountAdapter) -> list[str]:
    stages: list[str] = DefaultAccountAdapter.get_login_stages(adapter)
    return stages


def _visitor_and(request: HttpRequest, typed: str) -> str:
    return f"{ratelimit.get_ip(request)} {typed.lower()}"
