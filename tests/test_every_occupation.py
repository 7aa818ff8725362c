"""Everything in the public data folder, from an empty database to published careers."""

from __future__ import annotations

import random
from contextlib import redirect_stdout
from datetime import date
from io import StringIO

from django.core.management import call_command
from django.test import TestCase

from planner import queries
from planner.career_pages import career_page
from planner.documents.public import all_figures
from planner.drafts import Stored, make_drafts
from planner.engine.background import Background, Education
from planner.engine.planning import make_plan
from planner.models import CatalogueVersion, Release
from planner.search import find_careers
from planner.services import publish_catalogue
from tests.conftest import PROJECT
from tests.requirements import skip_or_fail
from tests.test_figures import Library, faults

DATA = PROJECT.parent / "shared" / "data"
LEAVES = date(2027, 6, 1)


class TestEveryOccupation(TestCase):
    """One import for all, because it takes half a minute."""

    stored: Stored

    @classmethod
    def setUpTestData(cls):
        if not DATA.is_dir():
            skip_or_fail("There is no folder ../shared with the public data.")
        with redirect_stdout(StringIO()):
            call_command("load_catalogue")
            call_command("import_public_data", DATA)
        cls.stored = make_drafts()
        publish_catalogue(note="All of the public data.")

    def test_every_career_is_planned_for_a_school_leaver_and_proven(self):
        catalogue = queries.published().catalogue
        drafted = [role for role in catalogue.careers() if role.is_generated]
        diploma = Education(level="high-school", finished=LEAVES)
        found = {
            role.slug: make_plan(
                catalogue,
                Background(career=role.slug, start=LEAVES, education=(diploma,)),
            ).status
            for role in drafted
        }
        assert [slug for slug, status in found.items() if status != "optimal"] == []
        assert len(found) > 900

    def test_what_is_not_drafted_is_named_with_the_reason(self):
        onet = self.stored.drafted
        release = Release.objects.get(kind="onet", edition="30.1")
        codes = set(release.readings.values_list("code", flat=True))
        assert set(onet.careers) | set(onet.refused) == codes
        military = {code for code in codes if code.startswith("55-")}
        assert set(onet.refused) == military | {"11-9179.00", "25-3021.00"}

    def test_300_published_figures_equal_the_public_files(self):
        library = Library(DATA, last_code="~")
        chance = random.Random(4)  # noqa: S311 - a draw, and no secret
        published = queries.published()
        drafted = [r for r in published.document["roles"] if r["is_generated"]]
        drawn = []
        for role in chance.sample(drafted, 100):
            figures = all_figures(role, queries.said_of(published, role["slug"]))
            drawn += chance.sample(figures, 3)
        wrong = [
            fault
            for figure in drawn
            if figure["value"] is not None or figure["text"]
            for fault in faults(_as_written(figure), library)
        ]
        assert wrong == []
        assert len(drawn) == 300

    def test_a_code_without_figures_of_its_own_shows_its_group_and_says_so(self):
        page = self.page_of("29-1141.03")
        pay = page.headline[0]
        assert (pay.name, pay.code) == ("Median pay a year", "29-1141")
        assert pay.code_title.startswith("the whole group, of which")

    def test_a_page_says_what_the_releases_say(self):
        page = self.page_of("29-1141.00")
        assert page.is_generated
        assert len(page.tasks) > 20
        assert "Charge Nurse" in page.other_titles
        assert any(
            link.slug == "licensed-practical-and-licensed-vocational-nurse"
            for link in page.related_occupations
        )
        assert any(
            row.name.startswith("Skill: ")
            for group in page.groups
            for row in group.newest.rows
        )

    def test_it_is_found_by_its_titles_technologies_and_fields_of_study(self):
        published = queries.published()
        for typed, slug in [
            ("charge nurse", "registered-nurse"),
            ("quickbooks", "accountant-or-auditor"),
            ("registered nursing", "registered-nurse"),
        ]:
            found = [hit.role for hit in find_careers(published, typed)[:10]]
            assert slug in found, typed

    def page_of(self, code):
        published = queries.published()
        slug = self.stored.drafted.careers[code]
        page = career_page(published.document, slug, queries.said_of(published, slug))
        assert page is not None
        return page

    def test_a_second_time_changes_nothing(self):
        with redirect_stdout(StringIO()) as said:
            call_command("import_public_data", DATA)
        again = make_drafts()
        before = CatalogueVersion.objects.count()
        publish_catalogue(note="Once more.")
        assert "added" not in said.getvalue()
        assert (again.added, again.changed, again.removed) == (0, 0, 0)
        assert CatalogueVersion.objects.count() == before


def _as_written(figure):
    """A figure as the fixtures write it: numbers as text."""
    value = figure["value"]
    return figure | {"value": None if value is None else str(value)}
