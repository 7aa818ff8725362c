"""A draft route says what public data say, and nothing more."""

from __future__ import annotations

from typing import Any

import pytest

from planner.drafting.routes import draft_routes
from planner.drafting.titles import field_title, occupation_title
from tests.public import (
    ACCOUNTING,
    LAW,
    NURSING,
    TAXATION,
    entry,
    occupation,
    public_facts,
    related,
    technology,
)

HIGH_SCHOOL = "High school diploma or equivalent"
NURSE = {"29-1141.00": occupation("Registered Nurses")}


@pytest.mark.parametrize(
    ("official", "title"),
    [
        ("Registered Nurses", "Registered nurse"),
        ("Accountants and Auditors", "Accountant or auditor"),
        (
            "Computer and Information Systems Managers",
            "Computer and information systems manager",
        ),
        (
            "First-Line Supervisors of Retail Sales Workers",
            "First-line supervisor of retail sales workers",
        ),
        ("Actuaries", "Actuary"),
        ("Midwives", "Midwife"),
        ("Hosts and Hostesses, Restaurant", "Host or hostess, restaurant"),
        ("Clergy", "Clergy"),
        (
            "Human Factors Engineers and Ergonomists",
            "Human factors engineer or ergonomist",
        ),
        (
            "English Language Teachers, Postsecondary",
            "English language teacher, postsecondary",
        ),
        (
            "Computer Systems Engineers/Architects",
            "Computer systems engineer/architect",
        ),
        ("Nurse Midwives", "Nurse midwife"),
        ("Sales Engineers", "Sales engineer"),
    ],
)
def test_a_person_becomes_one_of_them(official, title):
    assert occupation_title(official) == title


@pytest.mark.parametrize(
    ("official", "title"),
    [
        ("Registered Nursing/Registered Nurse.", "registered nursing"),
        ("Accounting", "accounting"),
        (
            "Film/Video and Photographic Arts, Other.",
            "film/video and photographic arts",
        ),
        ("English Language and Literature, General", "English language and literature"),
    ],
)
def test_a_field_stands_inside_a_sentence(official, title):
    assert field_title(official) == title


def test_the_typical_education_is_the_degree_in_a_field_of_the_crosswalk():
    drafted = drafts(
        NURSE,
        {"29-1141": entry("Bachelor's degree")},
        {"29-1141": ["61.0101", NURSING, TAXATION]},
    )
    degree = row(drafted, "degree:bachelor-for-registered-nurses")
    assert degree["title"] == (
        "Bachelor’s degree in registered nursing, or a field close to it"
    )
    # A residency is no degree.
    assert (degree["field"], degree["counts_as"]) == ([NURSING], [[TAXATION]])
    assert degree["is_generated"]
    assert needs(drafted, "role:registered-nurse") == {
        "education": [{"degree": ["bachelor-for-registered-nurses"]}]
    }


def test_without_a_credential_nothing_is_asked_for():
    drafted = drafts(
        {"35-9021.00": occupation("Dishwashers")},
        {"35-9021": entry("No formal educational credential")},
    )
    assert needs(drafted, "role:dishwasher") == {}


def test_some_college_is_half_of_an_associates_degree():
    drafted = drafts(
        {"25-3041.00": occupation("Tutors")},
        {"25-3041": entry("Some college, no degree")},
    )
    assert needs(drafted, "role:tutor") == {
        "education": [{"degree": ["associate-any-field"], "share": "0.5"}]
    }


def test_any_bachelors_will_do_before_a_professional_degree():
    drafted = drafts(
        {"23-1011.00": occupation("Lawyers")},
        {"23-1011": entry("Doctoral or professional degree")},
        {"23-1011": [LAW]},
    )
    assert row(drafted, "degree:doctorate-for-lawyers")["title"] == (
        "Professional degree in law"
    )
    assert needs(drafted, "degree:doctorate-for-lawyers") == {
        "before": [{"degree": ["bachelor-any-field"]}]
    }


def test_a_researchers_doctorate_takes_longer_and_names_its_source():
    drafted = drafts(
        {"19-2012.00": occupation("Physicists")},
        {"19-2012": entry("Doctoral or professional degree")},
    )
    [mode] = rows(drafted, "mode", "doctorate-any-field-19-2012")
    assert (mode["likely"], mode["source"]) == ("7.5", ["nsf-time-to-doctorate"])


MANAGERS = {
    "11-3031.00": occupation(
        "Financial Managers",
        zone=5,
        related=related("13-2061.00", "13-2011.00", "13-2052.00", "43-3031.00"),
    ),
    "13-2011.00": occupation("Accountants and Auditors", zone=4),
    "13-2052.00": occupation("Personal Financial Advisors", zone=4),
    "13-2061.00": occupation("Financial Examiners", zone=5),
    "43-3031.00": occupation("Bookkeeping Clerks", zone=2),
}
ENTRIES = {
    "11-3031": entry("Bachelor's degree", "5 years or more"),
    "13-2011": entry("Bachelor's degree"),
    "13-2052": entry("Bachelor's degree", "Less than 5 years"),
    "13-2061": entry("Bachelor's degree"),
    "43-3031": entry(HIGH_SCHOOL),
}


def test_experience_is_gained_in_related_jobs_of_a_lower_zone_entered_without_any():
    drafted = drafts(MANAGERS, ENTRIES)
    [way] = needs(drafted, "role:financial-manager")["experience"]
    # Not the examiner (of the same zone), the adviser (who needs experience as
    # well), or the clerk (there is one with the same education).
    assert way == {
        "role": ["accountant-or-auditor"],
        "months_low": "60",
        "months_likely": "60",
        "months_high": "96",
    }


def test_the_degree_of_the_job_before_is_taken_too():
    fields = {"11-3031": [TAXATION], "13-2011": [ACCOUNTING]}
    drafted = drafts(MANAGERS, ENTRIES, fields)
    assert needs(drafted, "role:financial-manager")["education"] == [
        {"degree": ["bachelor-for-financial-managers"]},
        {"degree": ["bachelor-for-accountants-and-auditors"]},
    ]


def test_months_are_the_quarters_of_those_who_were_asked_and_fit_the_projections():
    asked = {"1": 50.0, "6": 25.0, "7": 15.0, "8": 10.0}  # 18, 36 and 60 months
    onet = MANAGERS | {
        "13-2052.00": occupation(
            "Personal Financial Advisors",
            zone=4,
            related=related("43-3031.00"),
            education={"RW": asked},
        )
    }
    [way] = needs(drafts(onet, ENTRIES), "role:personal-financial-advisor")[
        "experience"
    ]
    assert [way[f"months_{name}"] for name in ("low", "likely", "high")] == [
        "18",
        "18",
        "36",
    ]


def test_a_career_without_a_stepping_stone_is_refused_with_the_reason():
    drafted = drafts(
        {"11-1011.00": occupation("Chief Executives")},
        {"11-1011": entry("Bachelor's degree", "5 years or more")},
    )
    assert "name none that one can enter without" in drafted.refused["11-1011.00"]


def test_what_the_projections_do_not_know_is_refused():
    drafted = drafts({"55-1011.00": occupation("Air Crew Officers")}, {})
    assert "no such occupation" in drafted.refused["55-1011.00"]
    assert not drafted.careers


def test_the_matrix_code_is_looked_up_before_the_group():
    drafted = draft_routes(
        public_facts(
            {"13-1021.00": occupation("Buyers of Farm Products")},
            {"13-1020": entry("Bachelor's degree"), "13-1021": entry(HIGH_SCHOOL)},
            crosswalk={"13-1021.00": "13-1020"},
        ),
        reviewed={},
    )
    [way] = needs(drafted, "role:buyer-of-farm-products")["education"]
    assert way == {"degree": ["bachelor-any-field"]}


def test_a_residency_comes_after_the_degree_and_an_apprenticeship_after_nothing():
    onet = {
        "29-1215.00": occupation("Family Medicine Physicians"),
        "47-2111.00": occupation("Electricians"),
    }
    drafted = drafts(
        onet,
        {
            "29-1215": entry(
                "Doctoral or professional degree", training="Internship/residency"
            ),
            "47-2111": entry(HIGH_SCHOOL, training="Apprenticeship"),
        },
    )
    assert needs(drafted, "milestone:residency-family-medicine-physician") == {
        "degree": [{"degree": ["doctorate-any-field"]}]
    }
    assert needs(drafted, "milestone:apprenticeship-electrician") == {}
    assert row(drafted, "milestone:apprenticeship-electrician")["nature"] == (
        "internship"
    )


def test_hot_technologies_in_demand_are_recommended_and_the_everyday_are_not():
    drafted = drafts(
        {
            "13-2011.00": occupation(
                "Accountants and Auditors",
                technologies=[
                    technology("Microsoft Outlook", "Electronic mail software"),
                    technology("Intuit QuickBooks", "Accounting software"),
                    technology("Old Ledger", in_demand=False),
                    technology("Rare Ledger", hot=False),
                    technology(
                        "R", "Object or component oriented development software"
                    ),
                    technology("Microsoft Excel", "Spreadsheet software"),
                ],
            )
        },
        {"13-2011": entry(HIGH_SCHOOL)},
    )
    named = needs(drafted, "role:accountant-or-auditor")
    assert [way for ways in named.values() for way in ways if "skill" in way] == [
        {"skill": ["intuit-quickbooks"]},
        {"skill": ["r"]},
        {"skill": ["spreadsheets"]},  # the shipped skill, so it is not drafted anew
    ]
    assert "skill:spreadsheets" not in {draft.thing for draft in drafted.drafts}


def test_only_those_who_program_are_told_to_learn_a_language():
    pilot = occupation(
        "Airline Pilots",
        technologies=[
            technology("R", "Object or component oriented development software")
        ],
    )
    drafted = drafts({"53-2011.00": pilot}, {"53-2011": entry(HIGH_SCHOOL)})
    assert list(needs(drafted, "role:airline-pilot")) == ["education"]


def test_a_licence_is_hinted_at_where_those_who_do_the_job_say_so():
    def licence(importance, **more):
        reading = {"importance": importance, "suppress": False, **more}
        nurse = occupation("Registered Nurses", education={"certification": reading})
        drafted = drafts({"29-1141.00": nurse}, {"29-1141": entry(HIGH_SCHOOL)})
        return rows(drafted, "point", "registered-nurse")

    [point] = licence(4.6)
    assert "4.6 of 5" in point["text"]
    assert licence(3.9) == []
    assert licence(4.9, suppress=True) == []


@pytest.mark.parametrize(
    ("description", "is_named"),
    [
        ("Cares for people. Licensing or registration required.", True),
        ("Flies. Requires Commercial Pilot certificate.", True),
        ("Audits internal processes such as license renewals.", False),
    ],
)
def test_a_licence_is_named_where_the_description_names_one(description, is_named):
    nurse = occupation("Registered Nurses")
    nurse["occupation"]["description"] = description
    drafted = drafts({"29-1141.00": nurse}, {"29-1141": entry(HIGH_SCHOOL)})
    points = rows(drafted, "point", "registered-nurse")
    assert [point["text"].startswith("A licence") for point in points] == (
        [True] if is_named else []
    )


def test_a_code_that_editors_keep_a_career_for_gets_no_second_one():
    drafted = draft_routes(
        public_facts(MANAGERS, ENTRIES), reviewed={"13-2011.00": "accountant"}
    )
    assert "role:accountant-or-auditor" not in {d.thing for d in drafted.drafts}
    [way] = needs(drafted, "role:financial-manager")["experience"]
    assert way["role"] == ["accountant"]


def test_two_careers_never_share_a_slug():
    onet = {
        "29-1141.00": occupation("Registered Nurses"),
        "29-1141.01": occupation("Registered Nurse"),
    }
    drafted = draft_routes(
        public_facts(onet, {"29-1141": entry(HIGH_SCHOOL)}),
        reviewed={},
        taken={"registered-nurse"},
    )
    assert drafted.careers == {
        "29-1141.00": "registered-nurse-29-1141-00",
        "29-1141.01": "registered-nurse-29-1141-01",
    }


# Reading the drafts


def drafts(onet, projections, fields=None):
    return draft_routes(public_facts(onet, projections, fields), reviewed={})


def draft_of(drafted, thing):
    return next(draft for draft in drafted.drafts if draft.thing == thing)


def row(drafted, thing):
    """The row of a thing itself."""
    return draft_of(drafted, thing).rows[0].fields


def rows(drafted, model, slug):
    """The rows of a model that belong to whatever has this slug."""
    return [
        row.fields
        for draft in drafted.drafts
        if draft.thing.endswith(f":{slug}")
        for row in draft.rows
        if row.model == model
    ]


def needs(drafted, thing):
    """The alternatives of each requirement, by its subject."""
    slug = thing.partition(":")[2]
    found: dict[str, list[dict[str, Any]]] = {}
    for row in draft_of(drafted, thing).rows:
        if row.model == "alternative":
            subject = row.fields["requirement"][0].removeprefix(f"{slug}-")
            way = {
                name: value
                for name, value in row.fields.items()
                if name not in ("key", "requirement", "position")
                and (name, value) != ("share", "1")
            }
            found.setdefault(subject, []).append(way)
    return found
