"""Load the shipped catalogue and publish it."""

from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from planner.loading import CatalogueProblems
from planner.models import CatalogueVersion
from planner.services import all_or_nothing, has_rows, load_rows, publish_catalogue


class Command(BaseCommand):
    help = (
        "Load fixtures/catalogue/*.json into an empty catalogue and publish it. "
        "A catalogue that has rows is left as it is, unless --replace is given."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument(
            "--replace",
            action="store_true",
            help="Make the catalogue exactly what the files say: what editors "
            "changed is overwritten, and what they added is removed.",
        )
        parser.add_argument(
            "--folder",
            type=Path,
            default=Path(settings.BASE_DIR) / "fixtures" / "catalogue",
            help="The folder with the files, if not fixtures/catalogue.",
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            with all_or_nothing():
                self.stdout.write(self._load(options["folder"], options["replace"]))
        except CatalogueProblems as error:
            raise CommandError(f"Nothing was loaded.\n{error}") from error

    def _load(self, folder: Path, replace: bool) -> str:
        if has_rows() and not replace:
            version = CatalogueVersion.objects.current()
            if version is None:
                version = publish_catalogue()
            return (
                "The catalogue has rows already and was left as it is "
                f"(--replace overwrites it); version {version.name} is published."
            )
        paths = sorted(folder.glob("*.json"))
        if not paths:
            raise CommandError(f"There are no JSON files in {folder}.")
        loaded = load_rows(paths)
        version = publish_catalogue(note="The shipped catalogue.")
        return (
            f"{loaded.added} rows added, {loaded.changed} changed, "
            f"{loaded.removed} removed, {loaded.unchanged} left as they were; "
            f"version {version.name} is published."
        )
