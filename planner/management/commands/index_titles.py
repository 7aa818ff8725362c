"""Make the search of the published version anew, such as after an import of O*NET."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError

from planner.loading import CatalogueProblems
from planner.services import index_titles


class Command(BaseCommand):
    help = (
        "Index the titles of the published careers anew. Publishing a change does it "
        "by itself; this is for new titles without a change of the catalogue."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            number = index_titles()
        except CatalogueProblems as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{number:,} titles can be searched.")
