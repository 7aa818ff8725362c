"""What the database itself refuses, and what a row says of itself."""

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction

from planner.models import (
    Alternative,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Mode,
    Requirement,
)
from tests import builders_catalogue as build

pytestmark = pytest.mark.django_db


def refuses(model, **fields):
    """Check that the database itself says no, whatever a form may have thought."""
    with pytest.raises(IntegrityError), transaction.atomic():
        model.objects.create(**fields)


def a_mode(**changes):
    times = {"low": 1, "likely": 2, "high": 3, "unit": "weeks", "hours_per_week": 10}
    return {"key": "a", "name": "a", "source": build.source(), **times, **changes}


@pytest.mark.parametrize(
    "changes",
    [
        {"low": 3, "likely": 2},
        {"likely": 4},
        {"low": -1},
        {"unit": "hours"},
        {"hours_per_week": None},
        {"hours_per_week": 0},
        {"unit": "hours", "hours_per_week": None, "is_main": True},
        {"unit": "hours", "hours_per_week": None, "is_academic": True},
        {"cost": 100},
        {"cost_per": "year"},
        {"cost": 100, "cost_per": "year"},
    ],
)
def test_a_mode_that_contradicts_itself_is_refused(changes):
    refuses(Mode, **a_mode(skill=build.skill("python", hours=None), **changes))


def test_a_source_of_a_cost_that_is_not_there_is_refused():
    python = build.skill("python", hours=None)
    refuses(Mode, **a_mode(skill=python, cost_source=build.source()))


def test_a_mode_belongs_to_one_thing():
    python = build.skill("python", hours=None)
    portfolio = build.milestone("portfolio", weeks=None)
    refuses(Mode, **a_mode())
    refuses(Mode, **a_mode(skill=python, milestone=portfolio))


def test_a_requirement_belongs_to_one_thing_and_only_roles_have_scopes():
    python = build.skill("python")
    some = {"key": "a", "text": "a", "source": build.source()}
    refuses(Requirement, **some)
    refuses(Requirement, **some, skill=python, role=build.role("developer"))
    refuses(Requirement, **some, skill=python, scope="as-target")


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"level": "bachelor", "skill": "python"},
        {"skill": "python", "role": "developer"},
        {"skill": "python", "share": 0},
        {"skill": "python", "share": Decimal("1.01")},
        {"skill": "python", "months_low": 1},
        {"role": "developer"},
        {"role": "developer", "months_likely": 12},
        {"role": "developer", "months_low": 3, "months_likely": 2, "months_high": 4},
    ],
)
def test_an_alternative_names_one_thing_and_only_roles_take_months(changes):
    things = {"skill": build.skill("python"), "role": build.role("developer")}
    needed = build.requires(build.role("writer"))
    fields = {name: things.get(name, value) for name, value in changes.items()}
    refuses(Alternative, requirement=needed, key="a", **fields)


def test_a_figure_is_a_number_or_words():
    of = {"role": build.role("developer"), "source": build.source(), "key": "a"}
    some = {"measure": "wage", "as_of": "2025", "soc_code": "15-1252", "cell": "B2"}
    refuses(Figure, **of, **some)
    refuses(Figure, **of, **some, value=1, text="much")


def test_a_degree_needs_a_field_unless_it_is_a_high_school_diploma():
    refuses(Degree, slug="a", title="A", level="bachelor")
    Degree.objects.create(slug="b", title="B", level="high-school")


def test_a_window_needs_both_days_and_days_that_every_year_has():
    refuses(Milestone, slug="a", title="A", starts="window", window_from="06-01")
    internship = Milestone(
        slug="a", title="A", starts="window", window_from="02-29", window_to="13-01"
    )
    with pytest.raises(ValidationError) as refused:
        internship.full_clean()
    assert set(refused.value.message_dict) == {"window_from", "window_to"}


def test_further_fields_do_not_repeat_the_field_of_a_degree():
    degree = build.degree("bachelor-computer-science")
    degree.full_clean()
    degree.counts_as.add(FieldOfStudy.objects.get(code="11.0701"))
    with pytest.raises(ValidationError, match=r"repeats the field of study: 11\.0701"):
        degree.full_clean()


def test_a_primary_source_has_an_address():
    with pytest.raises(ValidationError, match="Give the address"):
        build.source("somewhere", url="").full_clean()
    build.source("ours", url="", confidence="judgement").full_clean()


def test_a_requirement_reads_as_a_sentence():
    career = build.role("writer")
    needed = build.requires(career, build.skill("python"), "bachelor")
    build.meets(needed, build.role("developer"))
    half = build.degree("master-data-science", level="master")
    build.meets(needed, half, share=Decimal("0.5"))
    assert needed.in_words() == (
        "Any one of: Python; any bachelor’s degree; 12 to 24 months as Developer; "
        "50 % of Master Data Science."
    )
    assert build.requires(career).in_words() == "Nothing meets it yet."
