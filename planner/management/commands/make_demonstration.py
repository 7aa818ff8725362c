"""Make an organisation with made-up students, or delete it again."""

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils import timezone

from planner import demonstration
from planner.queries import NothingPublished, published


class Command(BaseCommand):
    help = (
        "Make an organisation with three advisors, a lead and made-up students, to try "
        "out what advisors do, and print how to sign in. Takes a minute or two; "
        "nobody else can save anything meanwhile on SQLite."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--students", type=int, default=200, help="How many students (200)."
        )
        parser.add_argument(
            "--seed", type=int, default=1, help="Another number makes other students."
        )
        parser.add_argument(
            "--delete", action="store_true", help="Delete what this command made."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["delete"]:
            count = demonstration.delete()
            self.stdout.write(f"Deleted the organisation and {count} people in it.")
            return
        if options["students"] < 0:
            raise CommandError("Give a number of students from 0.")
        self._make(options["students"], options["seed"])

    def _make(self, students: int, seed: int) -> None:
        def say(made: int) -> None:
            if sys.stderr.isatty() or made % 50 == 0:
                ending = "\r" if sys.stderr.isatty() else "\n"
                self.stderr.write(f"{made} of {students} students", ending=ending)

        try:
            accounts = demonstration.make(
                published(), students=students, seed=seed, now=timezone.now(), say=say
            )
        except NothingPublished as error:
            raise CommandError(str(error)) from None
        except demonstration.AlreadyThere:
            raise CommandError(
                "It is there already. `manage.py make_demonstration --delete` deletes "
                "it and everybody in it."
            ) from None
        self.stdout.write(f"Made “{demonstration.NAME}” with {students} students.")
        self.stdout.write("These can sign in; the passwords are shown only here:")
        for one in accounts:
            self.stdout.write(
                f"  {one.role:8} {one.name:20} {one.email:32} {one.password}"
            )
