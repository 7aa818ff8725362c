"""Reviewing the draft: what changed, what is wrong, and publishing what was seen."""

import re
from datetime import date, timedelta

import pytest
from django.contrib.auth.models import Permission
from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from planner import keeping, reviewing
from planner.engine.background import Background, OwnMilestone
from planner.models import (
    Alternative,
    CatalogueVersion,
    Figure,
    Mode,
    Requirement,
    Roadmap,
    Role,
    Skill,
    Source,
    User,
)
from planner.queries import published
from planner.services import publish_catalogue
from tests import builders_catalogue as build

pytestmark = pytest.mark.django_db

REVIEW = "/admin/planner/catalogueversion/review/"
PUBLISH = "/admin/planner/catalogueversion/publish/"
EFFECT = "/admin/planner/catalogueversion/effect/"
TRY = "/admin/planner/role/try/"


@pytest.fixture
def desk(client):
    """A publisher's browser."""
    client.force_login(User.objects.create_superuser("ruth"))
    return client


@pytest.fixture
def career():
    """One career, published."""
    row = build.small_catalogue()
    publish_catalogue()
    return row


def a_longer_degree():
    """Edit the bachelor's degree of four years."""
    Mode.objects.filter(unit="years").update(low=5, likely=5, high=6)


def text_of(response):
    return response.content.decode().replace("&#x27;", "'")


def seen(response):
    """Return what the form of a page carries."""
    form = response.context["form"]
    return {name: form[name].value() for name in ("draft", "published")}


def rows_of(response):
    """Return each changed row of a page, and what its fields were and are."""
    return {
        (row.what.how, row.what.kind, row.what.key): [
            (field.label, field.old, field.new) for field in row.what.fields
        ]
        for _group, rows, _address in response.context["changes"].groups
        for row in rows
    }


def keep_roadmaps(number):
    """Let a student keep so many roadmaps, one of them with a step of her own."""
    ada = User.objects.create_user("ada")
    own = OwnMilestone(slug="own-1", title="Therapy", weeks=2)
    now = published()
    for count in range(number):
        answers = Background(
            career="software-developer",
            start=date(2027, 9, 6) + timedelta(weeks=count),
            own=(own,) if count == 0 else (),
        )
        keeping.keep(ada, now, answers, name="Mine", now=timezone.now())


class TestKeptRoadmaps:
    def test_the_effect_is_told_of_them_and_of_nobody(self, desk, career):
        keep_roadmaps(3)
        a_longer_degree()
        response = desk.get(EFFECT)
        effect = response.context["effect"]
        assert (effect.plans, effect.planned) == (3, 3)
        assert "It moves 3 plans of 3" in text_of(response)
        assert "A kept roadmap: " in text_of(response)
        for private in ("ada", "Mine", "Therapy"):
            assert private not in text_of(response)

    def test_publishing_moves_none_of_them(self, desk, career):
        keep_roadmaps(3)
        a_longer_degree()
        plans = Roadmap.objects.values_list("current__plan__document", flat=True)
        before = list(plans)
        page = desk.get(REVIEW)
        desk.post(PUBLISH, seen(page) | {"note": "Longer"})
        assert CatalogueVersion.objects.count() == 2
        assert list(plans.all()) == before

    def test_what_there_is_no_time_for_is_said(self, career):
        keep_roadmaps(5)
        a_longer_degree()
        calls = iter([False, False, True, True])
        told = reviewing.effect(date(2027, 9, 6), is_enough=lambda: next(calls))
        assert told.planned < told.changed == 5
        assert f"{told.planned} of 5 such plans were made anew." in told.coverage


class TestWhatChanged:
    def test_index_and_versions_lead_to_the_review(self, desk, career):
        for name in ("index", "planner_catalogueversion_changelist"):
            assert REVIEW in text_of(desk.get(reverse(f"admin:{name}")))

    def test_a_draft_like_what_is_published_has_nothing(self, desk, career):
        shown = desk.get(REVIEW)
        assert shown.context["changes"].total == 0
        assert "<script>" not in text_of(shown)
        assert " style=" not in text_of(shown)

    def test_an_edited_field_stands_with_old_and_new_beside_each_other(
        self, desk, career
    ):
        Mode.objects.filter(unit="hours").update(high=160)
        shown = desk.get(REVIEW)
        [(place, fields)] = rows_of(shown).items()
        assert place[:2] == ("changed", "mode")
        assert fields == [
            ("takes", "100 hours", "100 to 160 hours, likely 100"),
        ]
        python = Skill.objects.get(slug="python")
        [(group, [row], address)] = shown.context["changes"].groups
        assert group.title == "Python"
        # A mode is edited on the page of its skill.
        assert row.address == address
        assert address == reverse("admin:planner_skill_change", args=[python.pk])
        assert address in text_of(shown)

    def test_a_requirement_changes_in_a_sentence_and_leads_to_its_own_page(
        self, desk, career
    ):
        needed = Requirement.objects.get(text="Python")
        build.meets(needed, build.skill("r", title="R"))
        build.meets(needed, "bachelor")
        shown = desk.get(REVIEW)
        assert rows_of(shown)["changed", "requirement", needed.key] == [
            (
                "what meets it",
                "Python.",
                "Any one of: Python; R; any bachelor’s degree.",
            )
        ]
        page = reverse("admin:planner_requirement_change", args=[needed.pk])
        assert f'href="{page}"' in text_of(shown)

    def test_a_moved_row_is_a_move(self, desk, career):
        Skill.objects.update(position=1)
        assert rows_of(desk.get(REVIEW)) == {
            ("moved", "skill", "python"): [("position", "100", "1")]
        }

    def test_a_row_that_is_gone_is_named_and_leads_to_its_owner(self, desk, career):
        needed = Requirement.objects.get(text="Python")
        needed.alternatives.all().delete()
        needed.delete()
        shown = desk.get(REVIEW)
        [((how, kind, key), _fields)] = rows_of(shown).items()
        assert (how, kind, key) == ("removed", "requirement", needed.key)
        page = reverse("admin:planner_role_change", args=[career.pk])
        assert shown.context["changes"].groups[0][1][0].address == page

    def test_many_rows_are_paged_and_can_be_filtered(self, desk, career):
        source = build.source()
        for number in range(250):
            Figure.objects.create(
                key=f"figure-{number:03}",
                role=career,
                measure="annual-wage-median",
                value=number,
                as_of="May 2026",
                soc_code="15-1252",
                cell="A1",
                source=source,
            )
        Skill.objects.update(title="Python 3")
        changes = desk.get(REVIEW).context["changes"]
        assert changes.in_words == "250 added, 1 changed"
        pages = []
        address = f"{REVIEW}?how=added&kind=figure"
        while address:
            shown = desk.get(address)
            changes = shown.context["changes"]
            pages.append(rows_of(shown))
            address = changes.next
        assert [len(page) for page in pages] == [100, 100, 50]
        assert len({key for page in pages for key in page}) == 250
        assert {kind for page in pages for _how, kind, _key in page} == {"figure"}
        assert "Rows 201 to 250 of 250." in text_of(shown)
        only = desk.get(f"{REVIEW}?kind=skill&how=nonsense&page=nonsense")
        assert list(rows_of(only)) == [("changed", "skill", "python")]


class TestWhatIsWrong:
    def test_a_problem_is_a_sentence_with_the_way_to_mend_it(self, desk, career):
        needed = build.requires(Skill.objects.get(), text="patience")
        shown = text_of(desk.get(REVIEW))
        assert "“Python” requires “patience”, and nothing meets it." in shown
        page = reverse("admin:planner_requirement_change", args=[needed.pk])
        assert f'href="{page}" aria-label="Mend: “Python” requires' in shown

    def test_a_warning_keeps_nothing_from_being_published(self, desk, career):
        Role.objects.update(is_generated=True)
        Source.objects.update(url="", confidence="secondary")
        shown = desk.get(REVIEW)
        titles = [concern.title for concern, _findings in shown.context["concerns"]]
        assert titles == [
            "Made from public data",
            "Careers without a pay figure",
            "Sources without an address",
        ]
        assert "role/?is_generated__exact=1" in text_of(shown)
        assert shown.context["problems"] == []
        done = desk.post(PUBLISH, {"note": "Still rough", **seen(shown)})
        assert done.status_code == 302
        assert CatalogueVersion.objects.count() == 2

    def test_a_warning_leads_to_the_row_and_says_how_many_more_there_are(
        self, desk, career
    ):
        for number in range(25):
            row = build.role(f"career-{number:02}")
            build.requires(row, "bachelor")
        shown = desk.get(REVIEW)
        [(concern, findings)] = [
            (concern, findings)
            for concern, findings in shown.context["concerns"]
            if concern.name == "no-pay"
        ]
        assert (len(findings), concern.more) == (20, 6)
        assert "and 6 more" in text_of(shown)
        first = Role.objects.get(slug="career-00")
        page = reverse("admin:planner_role_change", args=[first.pk])
        assert f'href="{page}"' in text_of(shown)


class TestPublishing:
    def test_makes_a_version_with_the_note_and_who_it_was(self, desk, career):
        Skill.objects.update(title="Python 3")
        shown = desk.get(REVIEW)
        done = desk.post(PUBLISH, {"note": "A new name", **seen(shown)}, follow=True)
        newest = CatalogueVersion.objects.latest("number")
        assert (newest.number, newest.note) == (2, "A new name")
        assert newest.published_by == User.objects.get()
        assert f"Version {newest.name} is published." in text_of(done)
        assert "ruth" in text_of(done)

    def test_the_first_version_is_reviewed_as_well(self, desk):
        build.small_catalogue()
        shown = desk.get(REVIEW)
        assert "No version is published yet." in text_of(shown)
        assert shown.context["changes"].in_words.endswith(" added")
        desk.post(PUBLISH, {"note": "The first", **seen(shown)})
        assert CatalogueVersion.objects.get().number == 1

    def test_needs_a_note_and_keeps_nothing_from_being_tried_again(self, desk, career):
        Skill.objects.update(title="Python 3")
        refused = desk.post(PUBLISH, {"note": " ", **seen(desk.get(REVIEW))})
        assert refused.status_code == 422
        assert "Say what changed, and why." in text_of(refused)
        done = desk.post(PUBLISH, {"note": "Mended", **seen(refused)})
        assert done.status_code == 302

    def test_is_refused_once_where_the_draft_has_moved_on(self, desk, career):
        Skill.objects.update(title="Python 3")
        shown = desk.get(REVIEW)
        Skill.objects.update(title="Snakes")
        refused = desk.post(PUBLISH, {"note": "A new name", **seen(shown)})
        assert refused.status_code == 409
        assert "The draft changed since you looked at it" in text_of(refused)
        assert ("title", "Python", "Snakes") in rows_of(refused)[
            "changed", "skill", "python"
        ]
        assert 'value="A new name"' in text_of(refused)
        assert CatalogueVersion.objects.count() == 1
        assert desk.post(
            PUBLISH, {"note": "So be it", **seen(refused)}
        ).status_code == (302)
        assert '"Snakes"' in CatalogueVersion.objects.latest("number").document

    def test_is_refused_where_somebody_else_has_published(self, desk, career):
        Skill.objects.update(title="Python 3")
        shown = desk.get(REVIEW)
        publish_catalogue(note="Theirs")
        refused = desk.post(PUBLISH, {"note": "Mine", **seen(shown)})
        assert refused.status_code == 409
        assert refused.context["changes"].total == 0
        again = desk.post(PUBLISH, {"note": "Mine", **seen(refused)}, follow=True)
        assert "there is nothing to publish" in text_of(again)
        assert CatalogueVersion.objects.latest("number").note == "Theirs"

    def test_is_refused_with_what_has_to_be_mended(self, desk, career):
        build.requires(Skill.objects.get(), text="patience")
        shown = desk.get(REVIEW)
        refused = desk.post(PUBLISH, {"note": "Why not", **seen(shown)})
        assert refused.status_code == 422
        assert "Nothing was published" in text_of(refused)
        assert "“Python” requires “patience”" in text_of(refused)
        assert 'value="Why not"' in text_of(refused)
        assert CatalogueVersion.objects.count() == 1

    def test_is_refused_without_what_was_seen(self, desk, career):
        Skill.objects.update(title="Python 3")
        assert desk.post(PUBLISH, {"note": "Blind"}).status_code == 422
        assert CatalogueVersion.objects.count() == 1

    def test_asking_for_the_page_leads_to_the_review(self, desk, career):
        Skill.objects.update(title="Python 3")
        assert desk.get(PUBLISH)["Location"] == REVIEW
        assert desk.put(PUBLISH).status_code == 405
        assert CatalogueVersion.objects.count() == 1

    def test_a_form_from_elsewhere_is_refused(self, desk, career):
        desk.handler.enforce_csrf_checks = True
        assert desk.post(PUBLISH, {"note": "x"}).status_code == 403

    def test_a_version_stays_when_who_published_it_has_gone(self, desk, career):
        person = User.objects.create_user("leaver")
        Skill.objects.update(title="Python 3")
        publish_catalogue(by=person)
        person.delete()
        assert CatalogueVersion.objects.latest("number").published_by is None


class TestTheEffect:
    def test_says_who_arrives_later_and_what_moves(self, desk, career):
        a_longer_degree()
        shown = text_of(desk.get(EFFECT))
        assert re.search(r"It moves 2 plans of 3, the worst by \d+ \w+", shown)
        assert "Software Developer, a" in shown
        assert "Bachelor Computer Science: " in shown
        assert "All changed careers were planned: 1 career." in shown

    def test_says_that_words_move_nothing(self, desk, career):
        Skill.objects.update(title="Python 3")
        shown = text_of(desk.get(EFFECT))
        assert "It moves no plan." in shown
        assert "No fact changed that a plan stands on." in shown

    def test_says_what_keeps_a_draft_from_being_planned(self, desk, career):
        build.requires(Skill.objects.get(), text="patience")
        assert "&#x27;patience&#x27; has no alternative" in (
            desk.get(EFFECT).content.decode()
        )

    def test_has_nothing_to_move_before_the_first_version(self, desk):
        build.small_catalogue()
        assert "Nothing is published yet" in text_of(desk.get(EFFECT))


class TestTryIt:
    def test_the_page_of_a_career_leads_to_it(self, desk, career):
        page = reverse("admin:planner_role_change", args=[career.pk])
        assert f"{TRY}?career=software-developer" in text_of(desk.get(page))
        Role.objects.update(is_career=False)
        assert TRY not in text_of(desk.get(page))

    def test_three_people_are_planned_with_the_draft_beside_what_is_published(
        self, desk, career
    ):
        a_longer_degree()
        trials = desk.get(TRY, {"career": "software-developer"}).context["trials"]
        assert [trial.name for trial in trials] == [
            "A school leaver",
            "A biology graduate",
            "A working developer",
        ]
        for trial in trials:
            assert [plan.side for plan in trial.plans] == ["Published", "Draft"]
            assert all(plan.steps for plan in trial.plans)
        assert "later" in trials[1].moved
        assert "as before" in trials[2].moved
        steps = [title for title, _dates in trials[0].plans[1].steps]
        assert any(step.startswith("Bachelor Computer Science (") for step in steps)

    def test_ones_own_answers_are_planned_first(self, desk, career):
        answers = {
            "career": "software-developer",
            "start": "2027-01-04",
            "hours": "12.5",
            "education": "bachelor",
            "field": "11.0701",
        }
        shown = desk.get(TRY, answers)
        first, *examples = shown.context["trials"]
        assert first.name == "Your own answers"
        assert "12.5 free hours a week" in first.about
        assert "bachelor's degree in Computer Science" in first.about
        [(step, _dates), *_more] = first.plans[1].steps
        assert step.startswith("Python (")
        assert len(examples) == 3

    def test_a_career_that_is_only_drafted_stands_alone(self, desk, career):
        build.requires(build.role("writer"), Skill.objects.get())
        trial = desk.get(TRY, {"career": "writer"}).context["trials"][0]
        assert trial.moved == "It can be planned only with the draft."
        assert [plan.side for plan in trial.plans] == ["Draft"]

    def test_what_cannot_be_reached_says_why(self, desk, career):
        closed = build.milestone("exam", is_closed=True)
        build.requires(career, closed, text="the exam")
        trial = desk.get(TRY, {"career": "software-developer"}).context["trials"][0]
        assert trial.plans[1].headline == "No plan"
        assert "xam" in trial.plans[1].obstacles[0]
        assert trial.moved.startswith("No plan any more (it was ")

    @pytest.mark.parametrize(
        "wrong",
        [
            {"career": "nobody"},
            {"hours": "200"},
            {"start": "0001-01-01"},
            {"field": "x"},
        ],
    )
    def test_a_mistake_is_told_and_nothing_is_planned(self, desk, career, wrong):
        shown = desk.get(TRY, {"career": "software-developer", **wrong})
        assert shown.status_code == 422
        assert "errorlist" in text_of(shown)
        assert "trials" not in shown.context

    def test_a_draft_that_nothing_can_be_planned_with_says_so(self, desk, career):
        build.requires(Skill.objects.get(), text="patience")
        shown = desk.get(TRY)
        assert shown.status_code == 409
        assert "Nothing can be planned with the draft as it is." in text_of(shown)


class TestTheCommand:
    def test_prints_the_same_and_succeeds_where_nothing_is_in_the_way(
        self, career, capsys
    ):
        a_longer_degree()
        call_command("review_catalogue")
        said = capsys.readouterr()
        assert "Changes: 1 changed" in said.out
        assert "takes: 4 to 6 years, likely 4 -> 5 to 6 years, likely 5" in said.out
        assert "Careers without a pay figure: 1" in said.out
        assert re.search(r"It moves 2 plans of 3, the worst by", said.out)
        assert "1 of 1 changed careers are planned." in said.err

    def test_exits_with_1_where_something_is(self, career, capsys):
        build.requires(Skill.objects.get(), text="patience")
        with pytest.raises(SystemExit) as left:
            call_command("review_catalogue")
        assert left.value.code == 1
        assert "nothing meets it" in capsys.readouterr().out


def test_the_review_takes_the_same_queries_at_one_change_and_at_ninety(
    desk, career, django_assert_max_num_queries
):
    desk.get(REVIEW)
    with django_assert_max_num_queries(30):
        desk.get(REVIEW)
    for number in range(30):
        build.requires(career, build.skill(f"skill-{number}"))
    assert Alternative.objects.count() > 30
    with django_assert_max_num_queries(30):
        desk.get(REVIEW)


def test_who_may_only_look_finds_no_way_to_publish(client, career):
    reader = User.objects.create_user("reader", is_staff=True)
    reader.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
    client.force_login(reader)
    shown = client.get(REVIEW)
    assert shown.status_code == 200
    assert 'name="note"' not in text_of(shown)
    assert client.post(PUBLISH, {"note": "x", **seen(shown)}).status_code == 403


def test_a_figure_ages_by_the_day_that_is_passed_in(career):
    from planner.building import build_document
    from planner.documents.attention import concerns_in, last_day_of

    assert last_day_of("May 2025") == date(2025, 5, 31)
    assert last_day_of("2022-23") == date(2023, 12, 31)
    assert last_day_of("2024-34") == date(2024, 12, 31)
    assert last_day_of("December 2025") == date(2025, 12, 31)
    assert last_day_of("undated") is None
    source = build.source()
    for as_of, measure in [
        ("May 2023", "annual-wage-median"),
        ("May 2025", "annual-wage-median"),
        ("2020", "field-of-study"),
        ("August 2024", "job-zone"),
    ]:
        Figure.objects.create(
            key=f"{measure}-{as_of}".replace(" ", "-").lower(),
            role=career,
            measure=measure,
            value=1,
            as_of=as_of,
            soc_code="15-1252",
            cell="A1",
            source=source,
        )
    document = build_document()

    def old(today):
        return [
            finding.text
            for concern in concerns_in(document, today)
            if concern.name == "old"
            for finding in concern.findings
        ]

    day = date(2026, 8, 31)
    assert old(day) == [
        "“Software Developer”: annual-wage-median is of May 2023. A newer edition is "
        "here as well: May 2025."
    ]
    assert "job-zone is of August 2024. Is there a newer edition?" in " ".join(
        old(day + timedelta(days=1))
    )
    assert old(date(2025, 5, 31)) == []
