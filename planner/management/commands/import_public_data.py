"""Import public data as it is published: O*NET, BLS, CIP."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import IntegrityError

from planner.importers.everything import Found, read_paths, store_all
from planner.importers.problems import BadFiles
from planner.importers.releases import Change, change_by

BAR = 30


class Command(BaseCommand):
    help = (
        "Import public data from files, folders and ZIP archives: O*NET, wages (OEWS), "
        "employment projections, the crosswalks and CIP titles. All files are read and "
        "checked first; then all is stored, or nothing. The same again changes nothing."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("paths", nargs="+", type=Path, metavar="PATH")
        parser.add_argument(
            "--edition",
            default="",
            help="For files that do not tell it themselves, such as 30.1 (O*NET "
            "without its “Read Me.txt”) or “May 2025” (wages).",
        )
        parser.add_argument(
            "--check",
            action="store_true",
            help="Read and check all, say what would change, and change nothing.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            found = read_paths(
                options["paths"], edition=options["edition"], on_file=self._show
            )
        except BadFiles as error:
            self._end_bar()
            count = len(error.problems)
            raise CommandError(
                f"Nothing was imported: {count} "
                f"{'problem' if count == 1 else 'problems'}.\n{error}"
            ) from error
        self._end_bar()
        if options["check"]:
            changes = [change_by(parsed) for parsed in found.releases]
        else:
            try:
                changes = store_all(found.releases)
            except IntegrityError as error:
                raise CommandError(
                    "Somebody else imported the same at this moment, so nothing was "
                    "imported here. Run it again to see what is stored."
                ) from error
        self._tell(found, changes, options["check"])

    def _tell(self, found: Found, changes: list[Change], is_check: bool) -> None:
        for name, reason in found.left_alone:
            self.stdout.write(f"Left alone: {name}. {reason}")
        for change in changes:
            self.stdout.write(_in_words(change, is_check))
        new = sum(not change.is_stored for change in changes)
        if is_check:
            self.stdout.write(f"Nothing was changed; {new} would be added.")
        elif new:
            self.stdout.write(f"{new} {'release' if new == 1 else 'releases'} added.")
        else:
            self.stdout.write("0 changes: all of it was stored already.")

    def _show(self, name: str, number: int, total: int) -> None:
        """Tell on standard error which file is being read."""
        if sys.stderr.isatty():
            done = BAR * number // max(1, total)
            line = f"[{'#' * done}{'.' * (BAR - done)}] {number}/{total} {name}"
            self.stderr.write(f"\r{line[:78]:<78}", ending="")
            self.stderr.flush()
        else:
            self.stderr.write(f"{number}/{total} {name}")

    def _end_bar(self) -> None:
        if sys.stderr.isatty():
            self.stderr.write(f"\r{'':<78}\r", ending="")


def _in_words(change: Change, is_check: bool) -> str:
    parsed = change.parsed
    rows = sum(file["rows"] for file in parsed.files)
    what = (
        f"{parsed}: {len(parsed.readings):,} codes from {rows:,} rows of "
        f"{len(parsed.files)} {'file' if len(parsed.files) == 1 else 'files'}"
    )
    if change.is_stored:
        return f"{what}; stored already, 0 changes."
    done = "would be added" if is_check else "added"
    if change.beside is None:
        return f"{what}; {done}, the first of its kind."
    return (
        f"{what}; {done}. Beside {change.beside.edition}: {change.added:,} codes more, "
        f"{change.changed:,} changed, {change.gone:,} gone."
    )
