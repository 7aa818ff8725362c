"""Make a version of the catalogue that plans can stand on."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from planner.loading import CatalogueProblems
from planner.models import CatalogueVersion
from planner.services import publish_catalogue


class Command(BaseCommand):
    help = "Publish the catalogue as it is now; without changes, nothing happens."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--note", default="", help="What changed, in a sentence.")

    def handle(self, *args: Any, **options: Any) -> None:
        before = CatalogueVersion.objects.current()
        try:
            version = publish_catalogue(note=options["note"])
        except CatalogueProblems as error:
            raise CommandError(f"Not published.\n{error}") from error
        if before is not None and before.pk == version.pk:
            self.stdout.write(f"Nothing changed since version {version.name}.")
        else:
            self.stdout.write(f"Version {version.name} is published.")
