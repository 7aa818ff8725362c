"""Say what publishing would change, what is wrong, and what it would do to plans."""

from __future__ import annotations

import sys
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.utils import timezone

from planner import reviewing
from planner.documents.differences import Change, grouped, in_words
from planner.effects import step_changes

BLOCKED = 1


class Command(BaseCommand):
    help = (
        "Hold the catalogue as edited against what is published: what changed, what is "
        "wrong, and what it would do to plans. Exits with 1 if something keeps it from "
        "being published."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--careers",
            type=int,
            default=reviewing.MOST_CAREERS,
            help="How many changed careers are planned; 0 for all of them.",
        )
        parser.add_argument(
            "--no-effect",
            action="store_true",
            help="Make no plans: say only what changed and what is wrong.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        today = timezone.localdate()
        review = reviewing.review(today)
        against = "nothing, for the first version is still to be published"
        if review.published is not None:
            against = f"version {review.published.name}"
        self.stdout.write(f"The draft, held against {against}.")
        self._heading(f"Changes: {in_words(review.changes)}")
        for group in grouped(review.changes):
            self.stdout.write(group.title)
            for change in group.changes:
                self._change(change)
        self._heading("What keeps it from being published")
        for problem in review.problems:
            self.stdout.write(f"* {problem.text}")
        if not review.problems:
            self.stdout.write("Nothing.")
        self._heading("What to look at")
        for concern in review.concerns:
            self.stdout.write(f"{concern.title}: {concern.total:,}")
            for finding in concern.findings:
                self.stdout.write(f"* {finding.text}")
            if concern.more:
                self.stdout.write(f"* and {concern.more:,} more")
        if not review.concerns:
            self.stdout.write("Nothing.")
        if not options["no_effect"] and not review.problems:
            self._heading("The effect on plans")
            self._effect(options["careers"] or None)
        if review.problems:
            sys.exit(BLOCKED)

    def _heading(self, words: str) -> None:
        self.stdout.write(f"\n{words}\n{'-' * len(words)}")

    def _change(self, change: Change) -> None:
        self.stdout.write(f"  {change.how}: {change.kind} {change.key}")
        if change.how in {"changed", "moved"}:
            for field in change.fields:
                old, new = field.old or "nothing", field.new or "nothing"
                self.stdout.write(f"    {field.label}: {old} -> {new}")

    def _effect(self, most_careers: int | None) -> None:
        try:
            effect = reviewing.effect(
                timezone.localdate(), most_careers=most_careers, progress=self._progress
            )
        except reviewing.NothingToCompare:
            self.stdout.write("Nothing is published yet, so no plan can be moved.")
            return
        self.stdout.write(effect.in_words)
        self.stdout.write(effect.coverage)
        for career in effect.moved:
            self.stdout.write(f"* {career.title}: {career.in_words}")
            move = career.worst or career.best
            if move is not None:
                self.stdout.write(f"    {move.name}: {move.in_words}")
        if effect.unmoved:
            self.stdout.write(f"* In {effect.unmoved:,} others nobody is moved.")
        if effect.worst is not None:
            career, move = effect.worst
            self.stdout.write(f"What moves for {move.name} ({career.title}):")
            for line in step_changes(move):
                self.stdout.write(f"* {line}")

    def _progress(self, done: int, total: int) -> None:
        self.stderr.write(f"{done:,} of {total:,} changed careers are planned.")
