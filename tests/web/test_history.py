"""The history: who changed what, when and why; and a row is put back as it was."""

import json
from datetime import timedelta
from importlib import import_module

import pytest
from django.apps import apps
from django.contrib.auth.models import Permission
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from planner.history import deleted_rows, put_back, timeline_of, version_now
from planner.models import (
    MODELS,
    Alternative,
    Degree,
    FieldOfStudy,
    Mode,
    Requirement,
    Role,
    Skill,
    User,
)
from planner.models.history import bulk_create, editing
from planner.services import load_rows
from tests import builders_catalogue as build
from tests.web.test_admin import add_inline, filled_in, open_page, page, text_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def editor():
    return User.objects.create_superuser("ada")


@pytest.fixture
def desk(client, editor):
    client.force_login(editor)
    return client


def history_of(row):
    name = f"admin:planner_{row._meta.model_name}_history"
    return reverse(name, args=[row.pk])


def put_back_page(owner, row, record):
    return reverse(
        f"admin:planner_{owner._meta.model_name}_put_back",
        args=[owner.pk, row._meta.model_name, record.history_id],
    )


def told(model, pk):
    """Return what the timeline says, in the shape that tests compare."""
    return [
        (edit.who, edit.why, [(row.what, row.name) for row in edit.rows])
        for edit in timeline_of(model, pk)
    ]


class TestTimeline:
    @pytest.mark.parametrize("model", MODELS, ids=lambda model: model.__name__)
    def test_every_part_of_the_catalogue_keeps_a_history(self, model):
        assert model.history.model.instance_type is model

    def test_one_save_of_a_page_is_one_edit_with_who_when_why_and_what(self, desk):
        skill = build.skill("python")
        before = timezone.now()
        data = open_page(desk, skill) | {"title": "Python 3", "modes-0-high": "150"}
        desk.post(page("", skill), data | {"why": "The survey is newer."})
        edit = timeline_of(Skill, skill.pk)[0]
        assert (edit.who, edit.why) == ("ada", "The survey is newer.")
        assert before - timedelta(seconds=1) < edit.at <= timezone.now()
        changes = {
            (row.kind, change.label): (change.old, change.new)
            for row in edit.rows
            for change in row.changes
        }
        assert changes == {
            ("skill", "Title"): ("“Python”", "“Python 3”"),
            ("mode", "High"): ("“100.00”", "“150.00”"),
        }

    def test_why_is_still_there_when_a_page_is_refused(self, desk):
        skill = build.skill("python")
        data = open_page(desk, skill) | {"modes-0-low": "500", "why": "A typing slip"}
        assert 'value="A typing slip"' in text_of(desk.post(page("", skill), data))
        assert told(Skill, skill.pk)[0][1] == ""

    def test_a_reason_alone_changes_no_row_below(self, desk):
        skill = build.skill("python")
        desk.post(page("", skill), open_page(desk, skill) | {"why": "Nothing"})
        assert [what for _who, _why, [*what] in told(Skill, skill.pk)] == [
            [("added", "full-time")],
            [("added", "Python")],
        ]

    def test_what_the_database_keeps_along_is_no_edit(self, editor):
        skill = build.skill("python")
        with editing(user=editor, why="Made anew from public data"):
            skill.generated_as = "0" * 64
            skill.version += 1
            skill.save()
        assert "Made anew from public data" not in [
            edit.why for edit in timeline_of(Skill, skill.pk)
        ]

    def test_further_fields_of_a_degree_are_told_by_name(self, desk):
        degree = build.degree("bachelor")
        maths = FieldOfStudy.objects.create(code="27.0101", title="Mathematics")
        data = open_page(desk, degree) | {"counts_as": [maths.pk]}
        desk.post(page("", degree), data)
        [row] = timeline_of(Degree, degree.pk)[0].rows
        [change] = row.changes
        assert (change.label, change.old, change.new) == (
            "Also taken",
            "empty",
            "27.0101 Mathematics",
        )

    def test_related_careers_are_told_in_both_directions_of_an_edit(self, desk):
        one, two = build.role("writer"), build.role("poet")
        desk.post(page("", one), open_page(desk, one) | {"related": [two.pk]})
        desk.post(page("", one), open_page(desk, one) | {"related": []})
        changes = [
            (change.old, change.new)
            for edit in timeline_of(Role, one.pk)
            for row in edit.rows
            for change in row.changes
            if change.label == "Related careers"
        ]
        assert changes == [("Poet", "empty"), ("empty", "Poet")]

    def test_the_alternatives_of_a_requirement_are_told_on_the_page_of_who_needs_it(
        self, desk
    ):
        career = build.role("writer")
        needed = build.requires(career, build.skill("python"))
        data = open_page(desk, needed)
        add_inline(data, "alternatives", level="bachelor", share="1", position=1)
        desk.post(page("", needed), data | {"why": "Any bachelor’s will do."})
        shown = text_of(desk.get(history_of(career)))
        assert "Added the alternative “any bachelor’s degree”" in shown
        assert "Any bachelor’s will do." in shown

    def test_what_is_deleted_is_told_and_what_it_was_called(self, desk, editor):
        skill = build.skill("python")
        desk.post(
            reverse("admin:planner_skill_delete", args=[skill.pk]),
            {"post": "yes", "why": "Nobody asks for it."},
        )
        who, why, rows = told(Skill, skill.pk)[0]
        assert (who, why) == ("ada", "Nobody asks for it.")
        assert sorted(rows) == [("deleted", "Python"), ("deleted", "full-time")]
        listed = text_of(desk.get(reverse("admin:planner_skill_deleted")))
        assert "Python" in listed
        assert "Nobody asks for it." in listed
        assert reverse("admin:planner_skill_history", args=[skill.pk]) in listed

    def test_pages_obey_the_policy_and_open_for_who_may_only_look(self, desk, client):
        skill = build.skill("python")
        desk.post(page("", skill), open_page(desk, skill) | {"title": "Python 3"})
        record = skill.history.last()
        assert "Put this row back" in text_of(desk.get(history_of(skill)))
        address = put_back_page(skill, skill, record)
        for shown in [
            desk.get(history_of(skill)),
            desk.get(address),
            desk.get(reverse("admin:planner_skill_deleted")),
        ]:
            assert shown.status_code == 200
            assert " style=" not in text_of(shown)
            assert "<style" not in text_of(shown)
            assert "<script>" not in text_of(shown)
        reader = User.objects.create_user("reader", is_staff=True)
        client.force_login(reader)
        assert client.get(history_of(skill)).status_code == 403
        assert client.get(reverse("admin:planner_skill_deleted")).status_code == 403
        reader.user_permissions.set(Permission.objects.filter(codename="view_skill"))
        shown = client.get(history_of(skill))
        assert shown.status_code == 200
        assert "Put this row back" not in text_of(shown)
        assert client.get(address).status_code == 403
        assert client.post(address, {"seen": 2}).status_code == 403
        assert Skill.objects.get().title == "Python 3"

    def test_a_history_of_nothing_is_not_there(self, desk):
        assert desk.get("/admin/planner/skill/99/history/").status_code == 404
        assert desk.get("/admin/planner/skill/x/history/").status_code == 404
        assert desk.get("/admin/planner/skill/9/history/mode/1/").status_code == 404

    def test_it_takes_the_same_queries_at_one_edit_and_at_twenty(
        self, desk, django_assert_max_num_queries
    ):
        career = build.small_catalogue()
        with django_assert_max_num_queries(32):
            desk.get(history_of(career))
        for number in range(20):
            skill = build.skill(f"skill-{number}")
            build.requires(career, skill, "bachelor")
            career.title = f"Title {number}"
            career.save()
        with django_assert_max_num_queries(32):
            desk.get(history_of(career))


class TestManyRowsAtOnce:
    def test_what_is_loaded_says_why_and_by_whom(self, editor):
        rows = [Skill(slug="one", title="One"), Skill(slug="two", title="Two")]
        with editing(user=editor, why="From a file"):
            bulk_create(Skill, rows)
        for row in Skill.objects.all():
            assert told(Skill, row.pk) == [
                ("ada", "From a file", [("added", row.title)])
            ]

    def test_the_shipped_catalogue_is_one_edit(self, tmp_path):
        common = {"slug": "ba", "title": "BA", "level": "bachelor"}
        rows = [
            ("fieldofstudy", {"code": "11", "title": "A"}),
            ("fieldofstudy", {"code": "27", "title": "B"}),
            ("degree", common | {"field": ["11"], "counts_as": [["27"]]}),
        ]
        listed = [{"model": f"planner.{name}", "fields": row} for name, row in rows]
        (tmp_path / "rows.json").write_text(json.dumps(listed))
        load_rows([*tmp_path.glob("*.json")])
        degree = Degree.objects.get()
        [edit] = timeline_of(Degree, degree.pk)
        assert (edit.who, edit.why) == ("the site itself", "The shipped catalogue.")
        assert ("Also taken", "27 B") in [
            (c.label, c.new) for c in edit.rows[0].changes
        ]
        load_rows([*tmp_path.glob("*.json")])
        assert len(timeline_of(Degree, degree.pk)) == 1

    def test_rows_that_were_there_before_the_history_begin_it(self):
        degree = build.degree("bachelor")
        maths = FieldOfStudy.objects.create(code="27.0101", title="Mathematics")
        degree.counts_as.add(maths)
        for model in [Degree, FieldOfStudy, Mode]:
            model.history.all().delete()
        import_module("planner.migrations.0007_history").begin_history(apps, None)
        [edit] = timeline_of(Degree, degree.pk)
        assert edit.why == "How it was when the history began."
        assert "27.0101 Mathematics" in [c.new for r in edit.rows for c in r.changes]


class TestPuttingBack:
    def test_a_row_is_put_back_after_asking_with_a_new_version(self, desk):
        skill = build.skill("python")
        desk.post(page("", skill), open_page(desk, skill) | {"title": "Snake"})
        address = put_back_page(skill, skill, skill.history.last())
        asked = text_of(desk.get(address))
        assert "“Snake”" in asked
        assert "“Python”" in asked
        assert Skill.objects.get().title == "Snake"
        done = desk.post(address, {"seen": 2, "why": "Vandals."}, follow=True)
        assert "The row is put back." in text_of(done)
        skill.refresh_from_db()
        assert (skill.title, skill.version) == ("Python", 3)
        assert told(Skill, skill.pk)[0] == ("ada", "Vandals.", [("changed", "Python")])

    def test_a_row_below_is_put_back_from_the_page_of_its_owner(self, desk):
        skill = build.skill("python")
        mode = Mode.objects.get()
        desk.post(page("", skill), open_page(desk, skill) | {"modes-0-high": "150"})
        address = put_back_page(skill, mode, mode.history.last())
        assert "“150.00”" in text_of(desk.get(address))
        desk.post(address, {"seen": 2})
        assert Mode.objects.get().high == 100
        other = build.skill("git")
        elsewhere = put_back_page(other, mode, mode.history.last())
        assert desk.get(elsewhere).status_code == 404

    def test_what_somebody_saved_meanwhile_is_not_overwritten(self, desk):
        skill = build.skill("python")
        desk.post(page("", skill), open_page(desk, skill) | {"title": "Snake"})
        address = put_back_page(skill, skill, skill.history.last())
        desk.post(page("", skill), open_page(desk, skill) | {"title": "Cobra"})
        refused = text_of(desk.post(address, {"seen": 2, "why": "Vandals."}))
        assert "Somebody else saved this after you opened this page." in refused
        assert "“Cobra”" in refused
        assert 'value="Vandals."' in refused
        assert 'name="seen" value="3"' in refused
        assert Skill.objects.get().title == "Cobra"

    def test_a_circle_is_refused_in_words_and_nothing_changes(self, desk):
        one, two = build.skill("one"), build.skill("two")
        needed = build.requires(one, two)
        way = needed.alternatives.get()
        record = way.history.last()
        data = open_page(desk, needed) | {"alternatives-0-skill": ""}
        desk.post(page("", needed), data | {"alternatives-0-level": "bachelor"})
        build.requires(two, one)
        address = put_back_page(needed, way, record)
        refused = text_of(desk.post(address, {"seen": 2}))
        assert "“One” requires “Two”, which requires “One”" in refused
        way.refresh_from_db()
        assert (way.skill, way.level) == (None, "bachelor")

    def test_what_is_not_allowed_any_more_is_refused(self, editor):
        skill = build.skill("python")
        record = skill.history.last()
        Skill.objects.filter(pk=skill.pk).update(slug="snake")
        build.skill("python")
        with pytest.raises(ValidationError, match="Slug already exists"):
            put_back(record, seen=1, user=editor)

    def test_a_deleted_thing_comes_back_with_what_was_deleted_with_it(self, desk):
        career = build.role("writer")
        needed = build.requires(career, build.skill("python"), "bachelor")
        desk.post(
            reverse("admin:planner_role_delete", args=[career.pk]), {"post": "yes"}
        )
        assert (Role.objects.count(), Requirement.objects.count()) == (0, 0)
        [row] = deleted_rows(Role)
        assert (row.name, row.pk) == ("Writer", career.pk)
        shown = desk.get(history_of(career))
        assert "Put it back" in text_of(shown)
        record = career.history.exclude(history_type="-").first()
        asked = desk.get(put_back_page(career, career, record))
        assert "What was deleted with it comes back as well." in text_of(asked)
        done = desk.post(
            put_back_page(career, career, record), {"seen": 0}, follow=True
        )
        assert "4 rows are put back." in text_of(done)
        assert Role.objects.get() == career
        assert Requirement.objects.get() == needed
        assert Alternative.objects.count() == 2
        assert Role.objects.get().version > record.version
        assert deleted_rows(Role) == []

    def test_further_fields_come_back_too(self, editor):
        degree = build.degree("bachelor")
        maths = FieldOfStudy.objects.create(code="27.0101", title="Mathematics")
        with editing(user=editor):
            degree.counts_as.add(maths)
        record = degree.history.first()
        degree.counts_as.clear()
        put_back(record, seen=1, user=editor)
        assert list(degree.counts_as.all()) == [maths]

    def test_what_names_a_deleted_row_is_refused_and_says_which(self, editor):
        skill, other = build.skill("python"), build.skill("git", hours=None)
        needed = build.requires(skill, other, "bachelor")
        way = needed.alternatives.get(skill=other)
        record = way.history.last()
        way.delete()
        other.delete()
        with pytest.raises(
            ValidationError, match=r"deleted: Git\. Put that back first"
        ):
            put_back(record, seen=0, user=editor)
        assert version_now(record) == 0

    def test_a_form_from_elsewhere_is_refused(self, desk, client):
        skill = build.skill("python")
        client.handler.enforce_csrf_checks = True
        address = put_back_page(skill, skill, skill.history.last())
        assert client.post(address, {"seen": 1}).status_code == 403


def test_the_shipped_catalogue_has_a_history(db):
    call_command("load_catalogue", verbosity=0)
    for model in MODELS:
        there = set(model.objects.values_list("pk", flat=True))
        assert set(model.history.values_list("id", flat=True)) == there


def test_a_new_row_says_why_as_well(desk):
    data = filled_in(desk.get(page("skill"))) | {"title": "Git", "slug": "git"}
    desk.post(page("skill"), data | {"why": "Every job asks for it."})
    assert told(Skill, Skill.objects.get().pk) == [
        ("ada", "Every job asks for it.", [("added", "Git")])
    ]
