"""Searching the small catalogue: whatever is typed, and the form that takes it."""

from __future__ import annotations

import re
from dataclasses import replace
from html import unescape
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.models import Reading, Release, SearchIndex, SearchTitle, Source
from planner.queries import Published, published
from planner.search import careers_meant, find_careers, rebuild_search
from planner.services import _listed_titles
from planner.titles import Kind
from tests.web.world import publish, role, small_catalogue

pytestmark = pytest.mark.django_db

LISTED = {
    "15-2051.00": [("Data Wizard", "reported"), ("CDO (Chief Data Officer)", "x")]
}


@pytest.fixture
def small(db) -> Published:
    document = small_catalogue()
    rebuild_search(publish(document), document, LISTED)
    return published()


@pytest.mark.parametrize(
    ("typed", "slug"),
    [
        ("machine-learning-engineer", "machine-learning-engineer"),
        ("Machine learning engineer", "machine-learning-engineer"),
        (" machine LEARNING engineers. ", "machine-learning-engineer"),
        ("Data scientist", "data-scientist"),
        ("coder", "software-developer"),
        ("data wizard", "machine-learning-engineer"),
        ("CDO", "machine-learning-engineer"),
        ("chief data officer", "machine-learning-engineer"),
    ],
)
def test_the_form_takes_a_slug_a_title_or_another_title(
    small, client: Client, typed, slug
):
    response = client.get("/", {"career": typed})
    assert response.context["form"].background.career == slug
    career = "" if slug == "machine-learning-engineer" else f"career={slug}&"
    assert response["HX-Push-Url"].startswith(f"/?{career}start=")


def test_the_input_shows_the_title_of_a_slug(small, client: Client):
    html = client.get("/", {"career": "data-scientist"}).content.decode()
    assert 'value="Data scientist"' in html


@pytest.mark.parametrize(
    "typed", ["software-developer", "Software developer", "coder", "Helper"]
)
def test_what_one_worked_as_is_a_slug_a_title_or_another_title(
    db, client: Client, typed
):
    document = small_catalogue()
    document["roles"].append(role("helper", is_career=False, is_entry=True))
    rebuild_search(publish(document), document, {})
    slug = "helper" if typed == "Helper" else "software-developer"
    response = client.get("/", {"x1": typed, "x1m": "12"})
    assert response.context["form"].background.experience[0].role == slug
    assert f"x1={slug}&x1m=12" in response["HX-Push-Url"]
    again = client.get(response["HX-Push-Url"]).content.decode()
    assert f'value="{slug.replace("-", " ").capitalize()}"' in again
    offered = client.get("/careers/suggest/", {"x1": "help"}).content.decode()
    assert 'data-value="Helper"' in offered
    assert "Helper" not in client.get("/careers/suggest/?q=help").content.decode()


def test_work_that_we_do_not_know_is_kept_and_told(small, client: Client):
    response = client.get("/", {"x1": "sofware wizard", "x1m": "12"})
    assert response.context["form"].errors["x1"]
    assert 'value="sofware wizard"' in response.content.decode()


def test_two_careers_of_one_title_are_told_apart(db, client: Client):
    document = small_catalogue()
    document["roles"][1]["title"] = "Data Scientist"
    rebuild_search(publish(document), document, {})
    assert len(careers_meant(published(), "data scientist").named) == 2
    html = client.get("/", {"career": "software-developer"}).content.decode()
    assert 'value="Data Scientist (software-developer)"' in html
    response = client.get("/", {"career": "Data Scientist (software-developer)"})
    assert response.context["form"].background.career == "software-developer"


def test_what_cannot_be_resolved_is_kept_with_links_to_the_nearest(
    small, client: Client
):
    answers = {"career": "data scientst", "hours": "12", "s-python": "some"}
    for _twice in range(2):  # what one is offered is not offered to the next
        response = client.post("/", answers | {"start": "2026-01-01", "budget": "lots"})
        html = response.content.decode()
        assert response.status_code == 422
        assert 'value="data scientst"' in html
        assert html.count(">Data scientist</a>") == 1
    (link,) = re.findall(r'<a href="([^"]+)">Data scientist</a>', html)
    for kept in ("career=data-scientist&", "hours=12", "s-python=some", "budget=lots"):
        assert kept in unescape(link)


def test_links_that_no_server_would_take_are_not_offered(small, client: Client):
    answers = {"career": "data scientst", "e1f": "x" * 4000}
    html = client.post("/", answers).content.decode()
    assert "The nearest that we have: Data scientist;" in html
    assert ">Data scientist</a>" not in html


def test_suggestions_are_options_with_the_reason(small, client: Client):
    html = client.get("/careers/suggest/", {"career": "wizzard"}).content.decode()
    assert 'role="option" id="career-suggestion-1"' in html
    assert 'data-value="Machine learning engineer"' in html
    assert "matches “Data Wizard”" in html
    assert 'data-status="1 suggestion"' in html
    assert "style=" not in html


def test_nothing_near_is_no_suggestion_and_a_page_that_says_so(small, client: Client):
    html = client.get("/careers/suggest/", {"q": "zzzzzz"}).content.decode()
    assert 'data-status="0 suggestions"' in html
    assert 'role="option"' not in html
    assert "No career fits" in client.get("/careers/?q=zzzzzz").content.decode()


@pytest.mark.parametrize("typed", ["C++", "c#", ".net", "R&D"])
def test_signs_that_belong_to_a_word_are_a_part_of_it(db, typed):
    document = small_catalogue()
    names = ["C++ Expert", "C# Expert", ".NET Expert", "R&D Expert", "C Expert"]
    document["roles"][0]["alternate_titles"] = [
        {"title": name, "source": "wages"} for name in names
    ]
    rebuild_search(publish(document), document, {})
    (hit,) = find_careers(published(), f"{typed} expert")
    assert hit.title == f"{typed.upper()} Expert"


def test_a_skill_is_found_and_is_not_suggested_as_a_career(small, client: Client):
    assert find_careers(small, "python")[0].kind == Kind.SKILL
    html = client.get("/careers/suggest/", {"q": "python"}).content.decode()
    assert 'role="option"' not in html


OPERATORS = ["AND", "OR", "NOT", "NEAR(", "*", '"', "'", "a* OR b", "^data", "-x", ":*"]
OPERATORS += [
    "data & scientist",
    "!data",
    "<->",
    "\\",
    "%",
    "_",
    "\x00",
    "💻",
    "数据",
    "ß",
]
ANYTHING = st.text(max_size=300) | st.lists(
    st.sampled_from([*OPERATORS, "data", "scientist", "coder", "ML"]), max_size=8
).map(" ".join)


@settings(
    max_examples=200,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(typed=ANYTHING)
def test_whatever_is_typed_is_searched_as_text(small, typed):
    in_memory = replace(small, index=None)
    for edition in (small, in_memory):
        for hit in find_careers(edition, typed):
            assert hit.role in small.catalogue.roles


@pytest.mark.parametrize("typed", OPERATORS)
def test_a_sign_that_means_something_to_a_database_means_nothing(small, typed):
    with_sign = find_careers(small, f"{typed} scientist".replace("a* OR b", "*"))
    assert with_sign[0].role == "data-scientist"


def test_a_title_in_another_script_is_found(db):
    document = small_catalogue()
    document["roles"][2]["alternate_titles"] = [
        {"title": title, "source": "wages"} for title in ("数据科学家", "Ученый Дата")
    ]
    rebuild_search(publish(document), document, {})
    for typed in ("数据科学家", "数据", "ученый", "УЧЕНЫЙ ДАТА", "ученй"):
        assert find_careers(published(), typed)[0].role == "data-scientist"


# Made when a version is published


def test_a_version_without_an_index_is_searched_by_its_own_titles(small):
    publish(small_catalogue() | {"fields": {}})
    assert published().index is None
    assert find_careers(published(), "coder")[0].role == "software-developer"
    assert find_careers(published(), "data wizard")[0].title != "Data Wizard"


def test_an_index_made_anew_is_used_at_once(small):
    assert find_careers(small, "beekeeper") == []
    version = publish(small_catalogue())
    rebuild_search(
        version, small_catalogue(), {"15-2051.00": [("Beekeeper", "alternate")]}
    )
    assert find_careers(published(), "beekeeper")[0].title == "Beekeeper"
    assert find_careers(small, "data wizard") == []  # what it named is gone


def test_an_index_that_fails_leaves_the_one_before(small):
    before = SearchTitle.objects.count()
    broken: Any = {"15-2051.00": [(None, "alternate")]}
    with pytest.raises(TypeError):
        rebuild_search(publish(), small_catalogue(), broken)
    assert SearchTitle.objects.count() == before
    assert find_careers(small, "data wizard")[0].title == "Data Wizard"


def test_publishing_makes_the_index_and_a_command_makes_it_anew(db, capsys):
    with pytest.raises(CommandError, match="Nothing is published yet"):
        call_command("index_titles")
    call_command("load_catalogue", verbosity=0)
    assert find_careers(published(), "machine lerning")[0].title.startswith("Machine")
    first = published().index
    assert first is not None
    import_titles("030.1", "Robot Whisperer")
    assert not find_careers(published(), "robot whisperer")[0].share > 0.6
    call_command("index_titles")
    assert "titles can be searched" in capsys.readouterr().out
    assert published().index != first
    assert find_careers(published(), "robot whisperer")[0].title == "Robot Whisperer"
    SearchIndex.objects.all().delete()
    call_command("publish_catalogue")  # nothing changed, but for what is missing
    assert find_careers(published(), "robot whisperer")[0].title == "Robot Whisperer"


def test_titles_come_from_the_newest_release_by_the_codes_of_careers(db):
    import_titles("029.3", "Old Title")
    import_titles("030.1", "New Title")
    assert _listed_titles(small_catalogue()) == {
        "15-2051.00": [("New Title", "alternate")]
    }


def import_titles(rank: str, title: str) -> None:
    """Store a release of O*NET in which two codes have this title."""
    source, _is_new = Source.objects.get_or_create(
        slug="onet", title="O*NET", as_of="2025"
    )
    release = Release.objects.create(
        kind="onet", edition=rank, rank=rank, source=source, digest=rank
    )
    facts = {"titles": [[title, "alternate"]]}
    for code, said in (
        ("15-2051.00", facts),
        ("99-9999.00", facts),
        ("15-1252.00", {}),
    ):
        Reading.objects.create(release=release, code=code, facts=said)
