"""The forms about accounts: django-allauth's, in our words."""

from __future__ import annotations

from typing import Any, ClassVar

from allauth.account import forms as account
from allauth.mfa.base import forms as second_factor
from allauth.mfa.totp import forms as totp
from allauth.socialaccount import forms as campus
from django import forms
from django.contrib.auth.hashers import make_password
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from planner.models import User

EIGHT = _(
    "At least 8 characters, not only digits, not like your address, and none of those "
    "that everybody uses."
)
_ADDRESS = _("E-mail address")
_WRITE_ADDRESS = _("Write your e-mail address.")
_WRONG_ADDRESS = _("Write the address as name@example.org.")
_WRITE_PASSWORD = _("Write your password.")
_WRITE_NEW_PASSWORD = _("Write a password.")
_WRITE_CODE = _("Write the code.")


class Worded:
    """A form whose fields say what we say, and show nothing that typing wipes out."""

    labels: ClassVar[dict[str, Any]] = {}
    hints: ClassVar[dict[str, Any]] = {}
    missing: ClassVar[dict[str, Any]] = {}  # said of a field that was left empty
    leave_out: ClassVar[list[str]] = []
    fields: dict[str, forms.Field]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in self.leave_out:
            self.fields.pop(name, None)
        for name, field in self.fields.items():
            field.widget.attrs.pop("placeholder", None)
            field.label = self.labels.get(name, field.label)
            field.help_text = self.hints.get(name, "")
            field.error_messages["required"] = self.missing.get(
                name, field.error_messages["required"]
            )
            if isinstance(field, forms.EmailField):
                field.error_messages["invalid"] = _WRONG_ADDRESS
            if name == "code":
                field.widget.attrs |= {
                    "autocapitalize": "characters",
                    "spellcheck": "false",
                }


class OwnName(forms.ModelForm):
    """What somebody is called, in one field: names have more shapes than two."""

    class Meta:
        model = User
        fields = ["first_name"]
        labels = {"first_name": _("Your name")}
        help_texts = {
            "first_name": _(
                "For your files, and for links that you share with your name. You can "
                "leave it empty."
            )
        }

    def save(self, commit: bool = True) -> User:
        """Keep it whole; what the desk had as a last name is part of it now."""
        self.instance.last_name = ""
        user: User = super().save(commit)
        return user


class SignIn(Worded, account.LoginForm):
    labels = {
        "login": _ADDRESS,
        "password": _("Password"),
        "remember": _("Keep me signed in on this device"),
    }
    hints = {"login": _("Editors can also write their user name.")}
    missing = {"login": _WRITE_ADDRESS, "password": _WRITE_PASSWORD}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].widget.attrs |= {
            "autocomplete": "username",
            "autocapitalize": "none",
            "inputmode": "email",
            "spellcheck": "false",
        }


class SignUp(Worded, account.SignupForm):
    labels = {"email": _ADDRESS, "password1": _("Password")}
    hints = {"email": _("We send a code there."), "password1": EIGHT}
    missing = {"email": _WRITE_ADDRESS, "password1": _WRITE_NEW_PASSWORD}

    def try_save(self, request: HttpRequest) -> Any:
        """Take as long for an address that is known as for one that is not."""
        if self.account_already_exists:
            make_password(self.cleaned_data["password1"])
        return super().try_save(request)


class CampusSignUp(Worded, campus.SignupForm):
    labels = {"email": _ADDRESS}
    hints = {"email": _("We send a code there.")}
    missing = {"email": _WRITE_ADDRESS}


class ConfirmEmail(Worded, account.ConfirmEmailVerificationCodeForm):
    labels = {"code": _("Code")}
    missing = {"code": _WRITE_CODE}


class ConfirmReset(Worded, account.ConfirmPasswordResetCodeForm):
    labels = {"code": _("Code")}
    missing = {"code": _WRITE_CODE}


class ForgotPassword(Worded, account.ResetPasswordForm):
    labels = {"email": _ADDRESS}
    missing = {"email": _WRITE_ADDRESS}


class NewPassword(Worded, account.ResetPasswordKeyForm):
    labels = {"password1": _("New password")}
    hints = {"password1": EIGHT}
    missing = {"password1": _WRITE_NEW_PASSWORD}
    leave_out = ["password2"]


class SetPassword(Worded, account.SetPasswordForm):
    labels = {"password1": _("Password")}
    hints = {"password1": EIGHT}
    missing = {"password1": _WRITE_NEW_PASSWORD}
    leave_out = ["password2"]


class ChangePassword(Worded, account.ChangePasswordForm):
    labels = {"oldpassword": _("Password until now"), "password1": _("New password")}
    hints = {"password1": EIGHT}
    missing = {"oldpassword": _WRITE_PASSWORD, "password1": _WRITE_NEW_PASSWORD}
    leave_out = ["password2"]


class ChangeEmail(Worded, account.AddEmailForm):
    labels = {"email": _("New e-mail address")}
    hints = {"email": _("We send a code there. Until then the old one counts.")}
    missing = {"email": _WRITE_ADDRESS}


class PasswordAgain(Worded, account.ReauthenticateForm):
    labels = {"password": _("Password")}
    missing = {"password": _WRITE_PASSWORD}


class SecondFactor(Worded, second_factor.AuthenticateForm):
    labels = {"code": _("Code")}
    hints = {"code": _("From your app, or one of your recovery codes.")}
    missing = {"code": _WRITE_CODE}


class SecondFactorAgain(Worded, second_factor.ReauthenticateForm):
    labels = {"code": _("Code")}
    hints = {"code": _("From your app, or one of your recovery codes.")}
    missing = {"code": _WRITE_CODE}


class ActivateApp(Worded, totp.ActivateTOTPForm):
    labels = {"code": _("Code that the app shows")}
    missing = {"code": _WRITE_CODE}
