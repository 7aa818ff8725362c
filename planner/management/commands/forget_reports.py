"""Forget the e-mail addresses of reports that were handled long ago."""

from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from planner.models import FigureReport


class Command(BaseCommand):
    help = "Blank the e-mail address of each report handled more than 90 days ago."

    def handle(self, *args: Any, **options: Any) -> None:
        total = FigureReport.objects.forget_addresses(timezone.now())
        self.stdout.write(f"{total} addresses forgotten.")
