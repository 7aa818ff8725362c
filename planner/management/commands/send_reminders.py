"""Send everybody the reminders that they asked for and that are due."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from planner.reminding import send_due


class Command(BaseCommand):
    help = (
        "Send the reminders that are due. Run it once a day; nobody gets one twice, "
        "however often it runs."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        sent, failed = send_due(timezone.now(), timezone.localdate())
        self.stdout.write(f"{sent} mails sent.")
        if failed:
            raise CommandError(f"{failed} mails could not be sent; run it again later.")
