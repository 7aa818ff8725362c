"""Publishing: what it refuses, what it makes, and that a version never changes."""

import json
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import jsonschema
import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from planner import queries
from planner.building import build_document
from planner.documents.catalogue import (
    SCHEMA,
    canonical,
    digest_of,
    needs_of,
    read_catalogue,
)
from planner.engine.facts import edges
from planner.loading import CatalogueProblems
from planner.models import CatalogueVersion, Claim, Figure, Mode, Skill
from planner.services import publish_catalogue
from tests import builders_catalogue as build


@pytest.fixture(autouse=True)
def nothing_kept(monkeypatch):
    """Begin as a process that has read no version yet."""
    monkeypatch.setattr(queries, "_kept", None)


def problems():
    with pytest.raises(CatalogueProblems) as refused:
        publish_catalogue()
    assert not CatalogueVersion.objects.exists()
    return "\n".join(refused.value.problems)


@pytest.mark.django_db
class TestAVersion:
    def test_is_read_back_as_the_facts_that_were_in_the_rows(self):
        career = build.small_catalogue()
        diploma = build.requires(career, "high-school")
        some = build.milestone(
            "internship",
            nature="internship",
            starts="window",
            window_from="06-01",
            window_to="08-31",
        )
        build.meets(diploma, some, share="0.5")
        publish_catalogue()
        facts = queries.published().catalogue
        role = facts.roles["software-developer"]
        assert [r.text for r in role.requires] == [
            "Bachelor Computer Science",
            "Python",
            "high-school",
        ]
        assert role.search == "job-search"
        assert role.search_share == 0.9
        assert role.requires[2].alternatives[0].level == "high-school"
        assert role.requires[2].alternatives[1].share == 0.5
        internship = facts.milestones["internship"]
        assert internship.is_work
        assert internship.window is not None
        assert (internship.window.from_month, internship.window.to_day) == (6, 31)
        degree = facts.degrees["bachelor-computer-science"]
        assert degree.field == "11.0701"
        assert degree.modes[0].takes.high == 6
        assert degree.sources == ("survey",)
        assert facts.fields == {"11.0701": "Computer Science"}
        assert needs_of(queries.published().document) == edges(facts)

    def test_has_the_shape_that_is_described(self):
        career = build.small_catalogue()
        build.teaches(career, Skill.objects.get())
        figure = Figure.objects.create(
            key="wage",
            role=career,
            measure="annual-wage-median",
            value="133080.00",
            as_of="May 2025",
            soc_code="15-1252",
            cell="A1",
            source=build.source(),
        )
        Claim.objects.create(
            key="claim",
            role=career,
            states="They earn much.",
            article=build.source("article"),
            finding="They do.",
            verdict="confirmed",
            figure=figure,
        )
        publish_catalogue()
        document = json.loads(CatalogueVersion.objects.get().document)
        jsonschema.validate(document, SCHEMA)
        [role] = document["roles"]
        assert role["sources"] == ["article", "survey"]
        assert role["figures"][0]["value"] == 133080
        assert role["claims"][0]["figure"] == "wage"

    def test_stands_in_order_of_position_and_then_of_name(self):
        build.skill("b")
        build.skill("c", position=1)
        build.skill("a")
        slugs = [entry["slug"] for entry in build_document()["skills"]]
        assert slugs == ["c", "a", "b"]

    def test_is_not_changed_by_editing_a_row(self):
        build.small_catalogue()
        first = publish_catalogue()
        before = first.document
        Mode.objects.filter(unit="hours").update(low=1)
        second = publish_catalogue(note="Python is faster")
        assert second.number == 2
        first.refresh_from_db()
        assert first.document == before
        assert digest_of(first.document) == first.digest
        assert first.digest != second.digest

    def test_is_not_made_where_nothing_changed(self):
        build.small_catalogue()
        assert publish_catalogue() == publish_catalogue(note="again")
        assert CatalogueVersion.objects.count() == 1

    def test_is_made_again_when_an_edit_is_taken_back(self):
        build.small_catalogue()
        first = publish_catalogue()
        for hours in [1, 100]:
            Mode.objects.filter(unit="hours").update(low=hours)
            newest = publish_catalogue()
        assert newest.number == 3
        assert newest.digest == first.digest

    def test_has_one_text(self):
        assert canonical({"b": 1.5, "a": "é"}) == '{"a":"é","b":1.5}'

    def test_of_another_kind_is_refused(self):
        with pytest.raises(ValueError, match="is no careerpath/catalogue/1"):
            read_catalogue({"schema": "careerpath/plan/1"}, "1")


@pytest.mark.django_db
class TestRefused:
    def test_a_circle_is_told_in_words(self):
        one, other = build.skill("algebra"), build.skill("statistics")
        build.requires(one, other)
        build.requires(other, one)
        assert "“Algebra” requires “Statistics”, which requires “Algebra”" in problems()

    def test_a_requirement_that_nothing_meets(self):
        build.requires(build.skill("algebra"), text="patience")
        assert "“Algebra” requires “patience”, and nothing meets it." in problems()

    def test_something_required_that_takes_no_time_at_all(self):
        career = build.small_catalogue()
        build.requires(career, build.milestone("portfolio", weeks=None))
        assert "requires “Portfolio”, which has no mode." in problems()

    def test_a_thing_that_nobody_vouches_for(self):
        build.role("developer")
        assert "“Developer” (role:developer) has no source." in problems()

    def test_a_source_that_nobody_could_look_up(self):
        source = build.source(url="", licence="")
        build.small_catalogue()
        assert f"“{source.title}” lacks its licence, address." in problems()

    def test_a_career_that_cannot_be_reached(self):
        career = build.small_catalogue()
        exam = build.milestone("exam", is_closed=True)
        build.requires(career, exam, text="the exam")
        assert "“Software Developer” cannot be reached: “Exam” is closed." in problems()


@pytest.mark.django_db
class TestReached:
    def test_is_a_career_whose_skill_only_a_degree_on_the_way_teaches(self):
        career = build.small_catalogue()
        theory = build.skill("theory", hours=None)
        build.requires(career, theory)
        degree = build.degree("bachelor-arts", code="24.0101")
        build.teaches(degree, theory)
        assert "“Theory” has no mode, and nothing else stands for it." in problems()
        build.requires(career, degree)
        publish_catalogue()

    def test_is_not_a_skill_that_only_a_course_teaches_which_needs_the_skill(self):
        career = build.small_catalogue()
        theory = build.skill("theory", hours=None)
        course = build.milestone("course")
        build.teaches(course, theory)
        build.requires(course, theory)
        build.requires(career, theory)
        assert "cannot be reached" in problems()

    def test_counts_of_a_role_only_what_is_asked_of_it_there(self):
        career = build.small_catalogue()
        closed = build.milestone("exam", is_closed=True)
        build.requires(career, closed, scope="on-the-way")
        publish_catalogue()

    def test_is_what_any_degree_of_a_level_opens(self):
        career = build.small_catalogue()
        build.requires(build.degree("master-data", level="master"), "bachelor")
        build.requires(career, "master")
        publish_catalogue()
        build.requires(career, "doctorate", text="any doctorate")
        with pytest.raises(CatalogueProblems, match="cannot be reached"):
            publish_catalogue()


@pytest.mark.django_db
class TestQueries:
    def test_building_takes_the_same_queries_however_many_rows_there_are(
        self, django_assert_num_queries
    ):
        build.small_catalogue()
        with django_assert_num_queries(18):
            build_document()
        for number in range(20):
            build.requires(build.skill(f"skill-{number}"), "bachelor")
        with django_assert_num_queries(18):
            build_document()

    def test_reading_takes_two_queries_once_and_then_one(
        self, django_assert_num_queries
    ):
        build.small_catalogue()
        publish_catalogue()
        with django_assert_num_queries(2):
            first = queries.published()
        with django_assert_num_queries(1):
            assert queries.published() is first
        build.skill("java")
        assert publish_catalogue().number == 2
        with django_assert_num_queries(2):
            second = queries.published()
        assert second.version.startswith("2-")
        assert "java" in second.catalogue.skills
        assert "java" not in first.catalogue.skills

    def test_nothing_published_is_said_plainly(self):
        with pytest.raises(queries.NothingPublished, match="load_catalogue"):
            queries.published()


@pytest.mark.django_db
def test_the_command_tells_what_it_did(capsys):
    build.small_catalogue()
    call_command("publish_catalogue", note="first")
    call_command("publish_catalogue")
    first, second = capsys.readouterr().out.splitlines()
    assert first.endswith("is published.")
    assert second.startswith("Nothing changed since version 1-")
    build.requires(Skill.objects.get(), text="patience")
    with pytest.raises(CommandError, match="“Python” requires “patience”"):
        call_command("publish_catalogue")


@pytest.mark.django_db(transaction=True)
def test_two_who_publish_at_once_make_one_version(tmp_path):
    if connection.vendor == "sqlite":
        # Threads of an in-memory database share one connection and one transaction.
        pytest.skip("needs a database that two connections can open")
    build.small_catalogue()
    start = Barrier(4)

    def publish(_):
        try:
            start.wait()
            return publish_catalogue().number
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        numbers = list(pool.map(publish, range(4)))
    assert numbers == [1, 1, 1, 1]
    assert CatalogueVersion.objects.count() == 1
