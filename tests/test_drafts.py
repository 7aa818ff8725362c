"""Draft routes are rows like any other, and what an editor changes is the editor's."""

from __future__ import annotations

from datetime import date

import pytest
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from planner.building import build_document
from planner.documents.catalogue import read_catalogue
from planner.drafts import NothingToDraftFrom, make_drafts
from planner.engine.background import Background
from planner.engine.planning import make_plan
from planner.loading import CatalogueProblems
from planner.models import (
    FieldOfStudy,
    Milestone,
    Mode,
    Reading,
    Release,
    Requirement,
    Role,
    Skill,
    Source,
    User,
)
from planner.services import publish_catalogue
from tests.builders_catalogue import degree, milestone, requires, source
from tests.public import (
    ACCOUNTING,
    FIELDS,
    NURSING,
    entry,
    occupation,
    public_facts,
    technology,
)

ONET = {
    "29-1141.00": occupation(
        "Registered Nurses", technologies=[technology("Chart Reader")]
    ),
    "13-2011.00": occupation(
        "Accountants and Auditors", technologies=[technology("Chart Reader")]
    ),
}
PROJECTIONS = {
    "29-1141": entry("Bachelor's degree"),
    "13-2011": entry("Bachelor's degree"),
}
CIP_SOC = {"29-1141": [NURSING], "13-2011": [ACCOUNTING]}


SOURCES = [
    *("onet-30-1", "bls-ep-2024-34", "bls-nem-crosswalk", "cip-soc-crosswalk"),
    *("editors-judgement", "nces-time-to-degree", "nces-tuition-2022-23"),
    *("nces-associate-duration", "college-board-two-year-2023-24"),
]


@pytest.fixture
def shipped(db):
    """What drafts name of the shipped catalogue."""
    for slug in SOURCES:
        source(slug)
    for code, title in FIELDS.items():
        FieldOfStudy.objects.create(code=code, title=title)
    milestone("job-search", nature="search")
    diploma = degree("high-school-diploma", level="high-school")
    diploma.field = None
    diploma.save()


RELEASE_FACTS = {
    "onet": {"tables": ["occupation", "zone"]},
    "projections": {"base_year": 2024, "target_year": 2034, "wage_year": 2024},
}


def import_public(onet=ONET, projections=PROJECTIONS, fields=CIP_SOC, rank="1"):
    """Store releases as the importers do."""
    facts = public_facts(onet, projections, fields)
    for kind, edition in [
        ("onet", facts.onet),
        ("projections", facts.projections),
        ("nem", facts.crosswalk),
        ("cip-soc", facts.fields),
    ]:
        release = Release.objects.create(
            kind=kind,
            edition=rank,
            rank=rank,
            digest=f"{rank}{kind}",
            source=Source.objects.get(slug=edition.source),
            facts=RELEASE_FACTS.get(kind, {}),
        )
        Reading.objects.bulk_create(
            Reading(release=release, code=code, facts=said)
            for code, said in edition.readings.items()
        )


def test_without_public_data_it_says_what_to_import(shipped):
    with pytest.raises(NothingToDraftFrom, match="import_public_data"):
        make_drafts()


def test_a_draft_can_be_published_and_planned(shipped):
    import_public()
    stored = make_drafts()
    assert stored.drafted.careers["29-1141.00"] == "registered-nurse"
    publish_catalogue()
    plan = make_plan(
        read_catalogue(build_document(), "draft"),
        Background(career="registered-nurse", start=date(2027, 8, 15)),
    )
    assert plan.status == "optimal"
    assert [step.id for step in plan.steps if step.kind == "degree"] == [
        "degree:bachelor-for-registered-nurses"
    ]


def test_made_again_nothing_changes(shipped):
    import_public()
    first = make_drafts()
    again = make_drafts()
    assert first.added > 0
    assert (again.added, again.changed, again.removed) == (0, 0, 0)
    assert again.unchanged == first.added


@pytest.mark.parametrize("where", ["thing", "requirement", "mode"])
def test_what_an_editor_changed_stays_and_is_named(shipped, where):
    import_public()
    make_drafts()
    if where == "thing":
        Role.objects.filter(slug="registered-nurse").update(title="Nurse")
        named = "role:registered-nurse"
    elif where == "requirement":
        Requirement.objects.filter(key="registered-nurse-education").update(text="Any")
        named = "role:registered-nurse"
    else:
        Mode.objects.filter(key="chart-reader-self-study").update(high=99)
        named = "skill:chart-reader"
    stored = make_drafts()
    assert stored.edited == (named,)
    assert stored.changed == 0
    if where == "thing":
        assert Role.objects.get(slug="registered-nurse").title == "Nurse"


def test_what_an_editor_reviewed_stays_whatever_the_data_say_later(shipped):
    import_public()
    make_drafts()
    Role.objects.filter(slug="registered-nurse").update(is_generated=False)
    import_public(
        projections=PROJECTIONS | {"29-1141": entry("Associate's degree")}, rank="2"
    )
    make_drafts()
    [way] = Requirement.objects.get(key="registered-nurse-education").alternatives.all()
    assert way.degree is not None
    assert way.degree.level == "bachelor"


def test_newer_data_change_what_nobody_touched(shipped):
    import_public()
    make_drafts()
    untouched = Role.objects.get(slug="accountant-or-auditor").version
    import_public(
        onet=ONET | {"29-1141.00": occupation("Registered Nurses")},
        projections=PROJECTIONS | {"29-1141": entry("Associate's degree")},
        rank="2",
    )
    stored = make_drafts()
    # The skill that is not in demand any more, and the bachelor's: with what needed it.
    assert stored.removed == 3
    assert not Requirement.objects.filter(key="registered-nurse-chart-reader").exists()
    [way] = Requirement.objects.get(key="registered-nurse-education").alternatives.all()
    assert way.degree is not None
    assert way.degree.level == "associate"
    assert Role.objects.get(slug="accountant-or-auditor").version == untouched
    assert Skill.objects.filter(slug="chart-reader").exists()


def test_a_draft_that_names_what_is_not_there_stores_nothing(shipped):
    import_public()
    Milestone.objects.update(slug="some-search")
    with pytest.raises(CatalogueProblems, match="There is no milestone") as refused:
        make_drafts()
    assert refused.value.problems[0].startswith("role:accountant-or-auditor: ")
    assert not Role.objects.exists()


class TestTheDesk:
    """What an editor does with drafts in the browser."""

    @pytest.fixture
    def editor(self, shipped, client):
        import_public()
        make_drafts()
        ruth = User.objects.create_user("ruth", is_staff=True)
        ruth.groups.add(Group.objects.get(name="editor"))
        client.force_login(ruth)
        return client

    def test_routes_are_drafted_from_the_list_of_releases(self, editor):
        page = editor.post(reverse("admin:planner_release_draft"), follow=True)
        assert "0 rows were added, 0 changed" in page.content.decode()

    def test_several_are_marked_as_reviewed_at_once_and_the_history_says_so(
        self, editor
    ):
        nurse = Role.objects.get(slug="registered-nurse")
        skill = Skill.objects.get(slug="chart-reader")
        for row, name in ((nurse, "role"), (skill, "skill")):
            page = editor.post(
                reverse(f"admin:planner_{name}_changelist"),
                {"action": "mark_reviewed", "_selected_action": [row.pk]},
                follow=True,
            )
            assert "1 is marked as reviewed." in page.content.decode()
            row.refresh_from_db()
            assert not row.is_generated
            assert row.history.first().history_change_reason == "Reviewed"
        again = make_drafts()
        assert again.reviewed == ("skill:chart-reader",)
        # For a code that editors keep a career for, none is drafted.
        drafted = {draft.thing for draft in again.drafted.drafts}
        assert "role:registered-nurse" not in drafted
        assert again.drafted.careers["29-1141.00"] == "registered-nurse"

    def test_an_edition_is_set_aside_and_the_one_before_it_shown(self, editor):
        import_public(
            projections=PROJECTIONS | {"29-1141": entry("Associate's degree")}, rank="2"
        )
        newest = Release.objects.get(kind="projections", rank="2")
        choose = {"action": "set_aside", "_selected_action": [newest.pk]}
        editor.post(reverse("admin:planner_release_changelist"), choose)
        make_drafts()
        [way] = Requirement.objects.get(
            key="registered-nurse-education"
        ).alternatives.all()
        assert way.degree is not None
        assert way.degree.level == "bachelor"
        editor.post(
            reverse("admin:planner_release_changelist"),
            choose | {"action": "use_again"},
        )
        assert newest in Release.objects.in_force()

    @pytest.mark.parametrize("tables", [["occupation"], ["skill"]])
    def test_what_is_set_aside_is_drafted_from_no_more(self, shipped, tables):
        import_public()
        import_public(onet=ONET | {"29-1141.00": occupation("Nurses")}, rank="2")
        Release.objects.filter(kind="onet", rank="2").update(facts={"tables": tables})
        set_aside = Release.objects.filter(kind="onet", rank="2")
        set_aside.update(is_used=False)
        make_drafts()
        assert Role.objects.filter(slug="registered-nurse").exists()
        assert not Role.objects.filter(slug="nurse").exists()
        set_aside.update(is_used=True)
        make_drafts()
        whole = "occupation" in tables
        assert Role.objects.filter(slug="nurse").exists() is whole


def test_one_report_says_what_cannot_be_planned_and_why(shipped, capsys):
    import_public(onet=ONET | {"55-1011.00": occupation("Air Crew Officers")})
    make_drafts()
    milestone("impossible", weeks=None)
    nurse = Role.objects.get(slug="registered-nurse")
    requires(nurse, Milestone.objects.get(slug="impossible"), text="a miracle")
    call_command("plan_careers", "--draft", "--all")
    report = capsys.readouterr().out
    assert "accountant-or-auditor: optimal, 20" in report
    assert "registered-nurse: impossible. " in report
    assert "55-1011.00 Air Crew Officers: no career. The projections have" in report
    assert "2 careers: 1 optimal, 1 impossible." in report
