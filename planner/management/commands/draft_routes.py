"""Make a draft route for every occupation that public data were imported of."""

from collections import Counter
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from planner.drafts import NothingToDraftFrom, make_drafts
from planner.loading import CatalogueProblems


class Command(BaseCommand):
    help = (
        "Make a draft route for every occupation of the newest O*NET release that was "
        "imported. Run again, it changes what newer data change; what an editor has "
        "reviewed or changed is left alone. Publish to let people plan with them."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            stored = make_drafts()
        except (NothingToDraftFrom, CatalogueProblems) as error:
            raise CommandError(f"No routes were drafted.\n{error}") from error
        drafted = stored.drafted
        self.stdout.write(
            f"{len(drafted.careers)} careers; {stored.added} rows added, "
            f"{stored.changed} changed, {stored.removed} removed, "
            f"{stored.unchanged} left as they were."
        )
        for words, things in [
            ("Left alone, an editor has reviewed it", stored.reviewed),
            ("Left alone, an editor has changed it", stored.edited),
        ]:
            for thing in things:
                self.stdout.write(f"{words}: {thing}")
        for reason, count in Counter(drafted.refused.values()).most_common():
            codes = [code for code, why in drafted.refused.items() if why == reason]
            self.stdout.write(f"Not drafted, {count}: {reason} {', '.join(codes)}")
