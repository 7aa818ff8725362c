"""Plan every career for a school leaver, and report what cannot be planned, and why."""

import sys
from argparse import ArgumentParser
from collections import Counter
from datetime import date
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from planner.building import build_document
from planner.documents.catalogue import read_catalogue
from planner.drafts import without_career
from planner.engine.background import Background, Education
from planner.engine.facts import Catalogue, Role
from planner.engine.planning import make_plan
from planner.engine.plans import Plan
from planner.queries import NothingPublished, published


class Command(BaseCommand):
    help = (
        "Plan every career for a school leaver with 20 hours a week, and report each "
        "that cannot be planned, with what stands in the way, and each occupation of "
        "the public data that has no career, with the reason."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument(
            "--draft",
            action="store_true",
            help="Plan with the catalogue as it is being edited, not the published.",
        )
        parser.add_argument(
            "--start",
            type=date.fromisoformat,
            default=date(2027, 8, 15),
            help="The day on which the school leaver begins, as 2027-08-15.",
        )
        parser.add_argument(
            "--all", action="store_true", help="List every career with its arrival."
        )

    def handle(self, *args: Any, **options: Any) -> None:
        catalogue = _catalogue(options["draft"])
        careers = catalogue.careers()
        counts: Counter[str] = Counter()
        for number, career in enumerate(careers, start=1):
            plan = _plan(catalogue, career, options["start"])
            counts[plan.status] += 1
            if options["all"] or plan.status != "optimal":
                self.stdout.write(_line(career, plan))
            if sys.stderr.isatty():
                self.stderr.write(f"\r{number} of {len(careers)}", ending="")
        if sys.stderr.isatty():
            self.stderr.write("")
        for code, (title, reason) in without_career().items():
            self.stdout.write(f"{code} {title}: no career. {reason}")
        made = ", ".join(f"{count} {status}" for status, count in counts.most_common())
        self.stdout.write(f"{len(careers)} careers: {made}.")


def _catalogue(is_draft: bool) -> Catalogue:
    if is_draft:
        return read_catalogue(build_document(), "draft")
    try:
        return published().catalogue
    except NothingPublished as error:
        raise CommandError(str(error)) from error


def _plan(catalogue: Catalogue, career: Role, start: date) -> Plan:
    diploma = Education(level="high-school", finished=start)
    return make_plan(
        catalogue,
        Background(
            career=career.slug, start=start, hours_per_week=20, education=(diploma,)
        ),
    )


def _line(career: Role, plan: Plan) -> str:
    if plan.arrival is None:
        return f"{career.slug}: {plan.status}. {' '.join(plan.obstacles)}"
    return f"{career.slug}: {plan.status}, {plan.arrival.isoformat()}"
