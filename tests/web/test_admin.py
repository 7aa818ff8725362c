"""The desk: nothing goes in a circle, and nothing typed or saved is lost."""

import pytest
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.urls import reverse

from planner.models import (
    MODELS,
    Alternative,
    Degree,
    FieldOfStudy,
    Milestone,
    Mode,
    Requirement,
    Role,
    Skill,
    Source,
    User,
)
from planner.services import publish_catalogue
from tests import builders_catalogue as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """An editor's browser."""
    client.force_login(User.objects.create_superuser("editor"))
    return client


def page(name, row=None):
    if row is None:
        return reverse(f"admin:planner_{name}_add")
    return reverse(f"admin:planner_{row._meta.model_name}_change", args=[row.pk])


def filled_in(response):
    """Return what a browser would send back if nothing were typed."""
    forms = [response.context["adminform"].form]
    for inline in response.context["inline_admin_formsets"]:
        forms += [inline.formset.management_form, *inline.formset.forms]
    data = {}
    for form in forms:
        for bound in form:
            value = bound.value()
            if value is True:
                data[bound.html_name] = "on"
            elif value is not None and value is not False:
                data[bound.html_name] = value
    return data


def open_page(desk, row):
    response = desk.get(page("", row))
    assert response.status_code == 200
    return filled_in(response)


def add_inline(data, prefix, **fields):
    """Fill one more row of an inline, as its "add another" link does."""
    number = int(data[f"{prefix}-TOTAL_FORMS"])
    data[f"{prefix}-TOTAL_FORMS"] = number + 1
    for name, value in fields.items():
        data[f"{prefix}-{number}-{name}"] = value
    return number


def text_of(response):
    return response.content.decode().replace("&#x27;", "'")


class TestPages:
    @pytest.mark.parametrize(
        "model",
        [
            "catalogueversion",
            *[
                "source",
                "fieldofstudy",
                "degree",
                "role",
                "skill",
                "milestone",
                "requirement",
                "figure",
                "claim",
            ],
        ],
    )
    def test_every_list_and_page_opens(self, desk, model):
        career = build.small_catalogue()
        build.teaches(career, Skill.objects.get())
        publish_catalogue()
        listed = desk.get(reverse(f"admin:planner_{model}_changelist"), {"q": "a"})
        assert listed.status_code == 200
        assert "careerpath desk" in text_of(listed)
        assert "css/admin.css" in text_of(listed)
        assert "<script>" not in text_of(listed)
        assert " style=" not in text_of(listed)
        if model != "catalogueversion":
            assert desk.get(page(model)).status_code == 200

    @pytest.mark.parametrize("model", [Degree, Role, Skill, Milestone, Requirement])
    def test_a_page_saved_unchanged_changes_nothing_but_its_version(self, desk, model):
        build.small_catalogue()
        row = model.objects.first()
        response = desk.post(page("", row), open_page(desk, row))
        assert response.status_code == 302
        row.refresh_from_db()
        assert row.version == 2
        assert set(Mode.objects.values_list("version", flat=True)) == {1}

    @pytest.mark.parametrize(
        ("model", "most"),
        [("requirement", 8), ("role", 8), ("degree", 8), ("skill", 8)],
    )
    def test_a_list_takes_the_same_queries_at_one_row_and_at_thirty(
        self, desk, model, most, django_assert_max_num_queries
    ):
        career = build.small_catalogue()
        address = reverse(f"admin:planner_{model}_changelist")
        with django_assert_max_num_queries(most):
            desk.get(address)
        for number in range(30):
            skill = build.skill(f"skill-{number}")
            build.requires(career, skill, "bachelor")
            build.degree(f"degree-{number}")
            build.role(f"role-{number}", search=Milestone.objects.first())
        with django_assert_max_num_queries(most):
            desk.get(address)

    def test_a_page_takes_the_same_queries_at_two_requirements_and_at_thirty(
        self, desk, django_assert_num_queries
    ):
        career = build.small_catalogue()
        desk.get(page("", career))
        with django_assert_num_queries(13):
            desk.get(page("", career))
        for number in range(30):
            skill = build.skill(f"skill-{number}")
            build.requires(career, skill, "bachelor")
        with django_assert_num_queries(13):
            desk.get(page("", career))

    def test_a_requirement_reads_in_words_on_the_page_of_who_needs_it(self, desk):
        career = build.role("writer")
        needed = build.requires(career, build.skill("python"), "bachelor")
        shown = text_of(desk.get(page("", career)))
        assert "Any one of: Python; any bachelor’s degree." in shown
        assert page("", needed) in shown

    def test_a_skill_is_found_by_typing(self, desk):
        build.small_catalogue()
        found = desk.get(
            reverse("admin:autocomplete"),
            {
                "term": "pyth",
                "app_label": "planner",
                "model_name": "alternative",
                "field_name": "skill",
            },
        )
        assert [one["text"] for one in found.json()["results"]] == ["Python"]


class TestAdding:
    def test_a_degree_comes_with_its_modes_and_requirements_at_once(self, desk):
        field = FieldOfStudy.objects.create(code="11.0701", title="Computer Science")
        source = build.source()
        data = filled_in(desk.get(page("degree")))
        data |= {
            "title": "Bachelor’s",
            "slug": "bachelor",
            "level": "bachelor",
            "field": field.pk,
        }
        add_inline(
            data,
            "modes",
            name="full-time",
            low=4,
            likely=4,
            high=6,
            unit="years",
            hours_per_week=40,
            is_main="on",
            is_academic="on",
            source=source.pk,
            position=1,
        )
        add_inline(
            data,
            "requirements",
            text="a high school diploma",
            strength="required",
            source=source.pk,
            position=1,
        )
        assert desk.post(page("degree"), data).status_code == 302
        assert Mode.objects.get().key == "bachelor-full-time"
        assert Requirement.objects.get().key == "bachelor-a-high-school-diploma"

    def test_a_role_comes_with_a_requirement_for_the_target_only(self, desk):
        data = filled_in(desk.get(page("role")))
        data |= {"title": "Writer", "slug": "writer"}
        fields = {"strength": "required", "scope": "as-target", "position": 1}
        source = build.source().pk
        add_inline(data, "requirements", text="a novel", source=source, **fields)
        assert desk.post(page("role"), data).status_code == 302
        assert Requirement.objects.get().scope == "as-target"

    def test_a_key_that_is_taken_gets_a_number(self, desk):
        skill = build.skill("python", hours=None)
        for _ in range(2):
            data = open_page(desk, skill)
            fields = {"strength": "required", "source": build.source().pk}
            add_inline(data, "requirements", text="Patience", position=1, **fields)
            assert desk.post(page("", skill), data).status_code == 302
        keys = Requirement.objects.order_by("pk").values_list("key", flat=True)
        assert list(keys) == ["python-patience", "python-patience-2"]

    def test_a_mistake_is_said_in_words_and_what_was_typed_stays(self, desk):
        skill = build.skill("python")
        data = open_page(desk, skill)
        data |= {"modes-0-low": "500", "title": "Python 3"}
        shown = text_of(desk.post(page("", skill), data))
        assert "Low, likely and high must rise in this order." in shown
        assert 'value="500"' in shown
        assert 'value="Python 3"' in shown

    def test_further_fields_are_checked_as_they_are_chosen_and_not_as_they_were(
        self, desk
    ):
        degree = build.degree("bachelor")
        further = FieldOfStudy.objects.create(code="11.0101", title="Computing")
        degree.counts_as.add(further)
        data = open_page(desk, degree) | {"counts_as": [degree.field_id]}
        assert "repeats the field of study" in text_of(
            desk.post(page("", degree), data)
        )
        data |= {"field": further.pk, "counts_as": []}
        assert desk.post(page("", degree), data).status_code == 302


class TestCircles:
    def test_an_alternative_that_closes_a_circle_is_refused_in_words(self, desk):
        algebra, statistics = build.skill("algebra"), build.skill("statistics")
        build.requires(algebra, statistics)
        needed = build.requires(statistics, text="something")
        data = open_page(desk, needed) | {"text": "some algebra"}
        add_inline(data, "alternatives", skill=algebra.pk, share="1", position=1)
        shown = text_of(desk.post(page("", needed), data))
        assert "“Statistics” requires “Algebra”, which requires “Statistics”" in shown
        assert 'value="some algebra"' in shown
        assert Alternative.objects.count() == 1

    def test_a_circle_of_three_through_a_change_of_owner_is_refused(self, desk):
        one, two, three = (build.skill(slug) for slug in ["one", "two", "three"])
        build.requires(one, two)
        build.requires(two, three)
        needed = build.requires(build.skill("four"), one)
        data = open_page(desk, needed) | {"skill": three.pk}
        shown = text_of(desk.post(page("", needed), data))
        assert "“Three” requires “One”, which requires “Two”, which requires" in shown

    def test_something_that_needs_itself_is_refused(self, desk):
        one = build.skill("one")
        needed = build.requires(one, text="something")
        data = open_page(desk, needed)
        add_inline(data, "alternatives", skill=one.pk, share="1", position=1)
        assert "“One” requires “One”" in text_of(desk.post(page("", needed), data))

    def test_taking_one_half_away_while_adding_the_other_is_allowed(self, desk):
        one, two = build.skill("one"), build.skill("two")
        needed = build.requires(one, two)
        data = open_page(desk, needed) | {"alternatives-0-DELETE": "on"}
        add_inline(data, "alternatives", level="bachelor", share="1", position=1)
        assert desk.post(page("", needed), data).status_code == 302
        other = build.requires(two, text="one")
        data = open_page(desk, other)
        add_inline(data, "alternatives", skill=one.pk, share="1", position=1)
        assert desk.post(page("", other), data).status_code == 302

    def test_a_degree_that_comes_to_be_one_of_those_it_needs_is_refused(self, desk):
        degree = build.degree("master", level="master")
        build.requires(degree, "bachelor")
        data = open_page(desk, degree) | {"level": "bachelor"}
        shown = text_of(desk.post(page("", degree), data))
        assert "“Master” requires “Master”" in shown

    def test_a_job_search_that_needs_the_job_is_refused(self, desk):
        career = build.role("writer")
        search = build.milestone("job-search", nature="search")
        build.requires(search, career)
        data = open_page(desk, career) | {"search": search.pk}
        shown = text_of(desk.post(page("", career), data))
        assert "“Writer” requires “Job Search”, which requires “Writer”" in shown


class TestTwoTabs:
    def test_the_later_save_is_refused_once_and_shows_both(self, desk):
        skill = build.skill("python")
        first, second = open_page(desk, skill), open_page(desk, skill)
        saved = desk.post(page("", skill), first | {"title": "Python 3"})
        assert saved.status_code == 302
        refused = desk.post(page("", skill), second | {"title": "Python, the language"})
        shown = text_of(refused)
        assert "Somebody else saved “Python 3” after you opened this page." in shown
        assert "They saved, as Title: “Python 3”" in shown
        assert 'value="Python, the language"' in shown
        skill.refresh_from_db()
        assert (skill.title, skill.version) == ("Python 3", 2)
        again = filled_in(refused)
        assert desk.post(page("", skill), again).status_code == 302
        skill.refresh_from_db()
        assert (skill.title, skill.version) == ("Python, the language", 3)

    def test_a_row_below_is_compared_as_well(self, desk):
        skill = build.skill("python")
        first, second = open_page(desk, skill), open_page(desk, skill)
        desk.post(page("", skill), first | {"modes-0-high": "150"})
        # The second tab still has 100 there, and would put it back.
        shown = text_of(desk.post(page("", skill), second | {"modes-0-low": "50"}))
        assert "They saved, as High: “150.00”" in shown
        assert 'value="50"' in shown
        mode = Mode.objects.get()
        assert [mode.low, mode.high, mode.version] == [100, 150, 2]

    def test_deleting_what_somebody_changed_is_refused(self, desk):
        skill = build.skill("python")
        first, second = open_page(desk, skill), open_page(desk, skill)
        desk.post(page("", skill), first | {"modes-0-high": "150"})
        second = {**second, "version_seen": 2, "modes-0-DELETE": "on"}
        shown = text_of(desk.post(page("", skill), second))
        assert "Somebody else saved" in shown
        assert Mode.objects.exists()

    def test_a_page_without_its_version_saves_nothing(self, desk):
        skill = build.skill("python")
        data = open_page(desk, skill) | {"title": "Lost"}
        del data["version_seen"]
        assert desk.post(page("", skill), data).status_code == 200
        assert not Skill.objects.filter(title="Lost").exists()


class TestVersions:
    def test_a_version_is_only_read(self, desk):
        build.small_catalogue()
        version = publish_catalogue()
        shown = desk.get(page("", version))
        assert shown.status_code == 200
        assert 'name="_save"' not in text_of(shown)
        assert desk.post(page("", version), {"note": "x"}).status_code == 403
        delete = reverse("admin:planner_catalogueversion_delete", args=[version.pk])
        assert desk.post(delete, {"post": "yes"}).status_code == 403
        add = reverse("admin:planner_catalogueversion_add")
        assert desk.post(add, {"note": "x"}).status_code == 403

    def test_who_may_only_look_can_do_only_that(self, client):
        build.small_catalogue()
        reader = User.objects.create_user("reader", is_staff=True)
        reader.user_permissions.set(
            Permission.objects.filter(codename__startswith="view_")
        )
        client.force_login(reader)
        for row in [
            Role.objects.get(),
            Requirement.objects.first(),
            Skill.objects.get(),
        ]:
            shown = client.get(page("", row))
            assert shown.status_code == 200
            assert "Version seen" not in text_of(shown)
            assert client.post(page("", row), {}).status_code == 403


def test_every_part_of_the_catalogue_can_be_edited_at_the_desk():
    registered = set(admin.site._registry)
    inlines = {
        inline.model for own in admin.site._registry.values() for inline in own.inlines
    }
    assert set(MODELS) <= registered | inlines


def test_an_edit_is_in_the_history(desk):
    source = build.source()
    desk.post(page("", source), open_page(desk, source) | {"title": "Another"})
    assert Source.objects.get().title == "Another"
    assert LogEntry.objects.get().get_change_message() == "Changed Title."
