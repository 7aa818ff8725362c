"""Do what waits in the background: files of many students, and mails of invitations."""

from __future__ import annotations

import logging
import os
import signal
import time
from datetime import timedelta
from threading import Event
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, connection, reset_queries
from django.utils import timezone

from planner import bulk
from planner.bulk import Worker
from planner.consenting import send_invitations

A_MINUTE = 60.0
PAUSE = 1.0  # seconds, while there is nothing to do
AFTER_AN_ERROR = 5.0  # seconds

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = (
        "Make the files of many students that advisors order, until it is told to stop "
        "(SIGTERM). Run one for each core; any of them may be killed at any time."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--once", action="store_true", help="stop as soon as there is nothing to do"
        )
        parser.add_argument(
            "--beside",
            action="store_true",
            help="stop when whoever started it is gone, as beside a development server",
        )
        parser.add_argument(
            "--silent",
            type=float,
            default=bulk.SILENT.total_seconds(),
            metavar="SECONDS",
            help="after so long without a word another worker counts as dead",
        )

    def handle(
        self, *args: Any, once: bool, beside: bool, silent: float, **options: Any
    ) -> None:
        stop, parent = Event(), os.getppid()
        for wanted in (signal.SIGTERM, signal.SIGINT):
            signal.signal(wanted, lambda *_: stop.set())

        def goes_on() -> bool:
            reset_queries()  # in development Django remembers them all, with each PDF
            return not stop.is_set() and not (beside and os.getppid() != parent)

        worker = Worker(silent=timedelta(seconds=silent), goes_on=goes_on)
        tidied = float("-inf")
        while goes_on():
            try:
                if time.monotonic() - tidied >= A_MINUTE:
                    bulk.tidy(timezone.now())
                    tidied = time.monotonic()
                send_invitations(timezone.now())
                if bulk.work(worker):
                    continue
            except DatabaseError:
                if once:
                    raise
                # Whatever it was about, the order waits in the database unharmed.
                log.exception("The database failed; the worker tries again.")
                connection.close()
                stop.wait(AFTER_AN_ERROR)
                continue
            if once:
                return
            stop.wait(PAUSE)
