"""Read a background, write the plan."""

from __future__ import annotations

import json
import sys
from argparse import ArgumentParser
from dataclasses import replace
from pathlib import Path
from typing import Any, NoReturn, get_args

from django.core.management.base import BaseCommand

from planner.career_pages import source_links
from planner.documents.background import BadInput, read_background
from planner.engine.advising import advise
from planner.engine.background import Objective
from planner.exports import EXPORTS, Kept
from planner.queries import NothingPublished, published

IMPOSSIBLE = 1
BAD_INPUT = 2


class Command(BaseCommand):
    help = (
        "Read a background (JSON) and write the plan to standard output. Exits with 0; "
        "with 1 where no plan exists; with 2 for bad input, naming the field."
    )
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("background", help="a JSON file, or - for standard input")
        parser.add_argument("--format", choices=sorted(EXPORTS), default="json")
        parser.add_argument("--objective", choices=get_args(Objective))

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            current = published()
        except NothingPublished as error:
            self._refuse(str(error))
        data = self._read(options["background"])
        try:
            background = read_background(data, current.catalogue)
        except BadInput as error:
            first, *more = error.errors
            others = f" (and {len(more)} more)" if more else ""
            self._refuse(f"{first.field}: {first.message}{others}")
        if options["objective"] is not None:
            background = replace(background, objective=options["objective"])
        advice = advise(current.catalogue, background, current.pay)
        export = EXPORTS[options["format"]]
        kept = Kept(sources=source_links(current.document))
        # Bytes, because a PDF is none of the terminal's encodings.
        content = export.make(advice, current.catalogue, kept)
        self.stdout.buffer.write(content)  # type: ignore[attr-defined] # of stdout
        self.stdout.flush()
        if advice.plan.status == "impossible":
            sys.exit(IMPOSSIBLE)

    def _read(self, name: str) -> object:
        try:
            text = (
                sys.stdin.read()
                if name == "-"
                else Path(name).read_text(encoding="utf-8-sig")
            )
        except (OSError, UnicodeDecodeError) as error:
            self._refuse(f"background: {name} cannot be read: {error}")
        try:
            return json.loads(text)
        except (json.JSONDecodeError, RecursionError) as error:
            self._refuse(f"background: this is not JSON: {error}")

    def _refuse(self, message: str) -> NoReturn:
        """Say in one line what is wrong, and stop."""
        self.stderr.write(" ".join(message.split()))
        sys.exit(BAD_INPUT)
