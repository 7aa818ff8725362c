"""Mails to people who asked for them; each has a link that stops them all."""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.urls import reverse

from planner.models import ReminderSettings


def mail_to(
    wanted: ReminderSettings, subject: str, template: str, **context: Any
) -> EmailMessage:
    """Return a mail of text to somebody, with the header of RFC 8058 for one click.

    The template is told `stop` and `settings`: where all mails are stopped, and chosen.
    """
    stop = settings.SITE_ADDRESS + reverse(
        "planner:stop-reminders", args=[wanted.token]
    )
    context |= {
        "stop": stop,
        "settings": settings.SITE_ADDRESS + reverse("planner:reminders"),
    }
    return EmailMessage(
        subject,
        render_to_string(template, context),
        to=[wanted.user.email],
        headers={
            "List-Unsubscribe": f"<{stop}>",
            "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
            "Auto-Submitted": "auto-generated",
        },
    )
