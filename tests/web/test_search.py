"""Searching all titles: slips, word order, abbreviations; suggestions; no surprises."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, replace
from html import unescape
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import search
from planner.models import Reading, Release, SearchIndex, SearchTitle, Source
from planner.queries import Published, published
from planner.search import careers_meant, find_careers, rebuild_search
from planner.services import _listed_titles
from planner.titles import Kind, Title, Vocabulary, titles_of
from tests.onet import all_careers, listed_titles, slug_of
from tests.web.world import publish, small_catalogue

pytestmark = pytest.mark.django_db

LISTED = {
    "15-2051.00": [("Data Wizard", "reported"), ("CDO (Chief Data Officer)", "x")]
}


@dataclass(frozen=True)
class Everything:
    """What is searched when every occupation of O*NET is a career."""

    published: Published
    titles: list[Title]


@pytest.fixture(scope="module")
def everything(shared, django_db_setup, django_db_blocker):
    """All of O*NET's titles, indexed once for the tests of this file."""
    with django_db_blocker.unblock(), transaction.atomic():
        document, listed = all_careers(shared), listed_titles(shared)
        rebuild_search(publish(document), document, listed)
        yield Everything(published(), titles_of(document, listed))
        transaction.set_rollback(True)


@pytest.fixture
def small(db) -> Published:
    document = small_catalogue()
    rebuild_search(publish(document), document, LISTED)
    return published()


def codes(everything: Everything, typed: str, most: int) -> list[str]:
    hits = find_careers(everything.published, typed)
    return [hit.role for hit in hits if hit.role.startswith("onet-")][:most]


TYPED = {
    # as it is called
    "registered nurse": "29-1141.00",
    "electrician": "47-2111.00",
    "lawyer": "23-1011.00",
    "astronomers": "19-2011.00",
    "veterinarian": "29-1131.00",
    "dental hygienist": "29-1292.00",
    "chef": "35-1011.00",
    "actuary": "15-2011.00",
    "librarian": "25-4022.00",
    "midwife": "29-1161.00",
    "firefighter": "33-2011.00",
    # with slips
    "enginer": "17-2051.00",
    "sofware": "15-1252.00",
    "sofware enginer": "15-1252.00",
    "pyschologist": "19-3034.00",
    "electrican": "47-2111.00",
    "nurce": "29-1141.00",
    "regestered nurse": "29-1141.00",
    "plumer": "47-2152.00",
    "vetrinarian": "29-1131.00",
    "dental hygenist": "29-1292.00",
    "flight atendant": "53-2031.00",
    "sales manger": "11-2022.00",
    "cheif executive": "11-1011.00",
    "graphic desinger": "27-1024.00",
    "data scientits": "15-2051.00",
    "architet": "17-1011.00",
    "farmacist": "29-1051.00",
    "acountant": "13-2011.00",
    "carpentar": "47-2031.00",
    "jounalist": "27-3023.00",
    "paramedick": "29-2043.00",
    "physicain assistant": "29-1071.00",
    "marine bioligist": "19-1023.00",
    "statistican": "15-2041.00",
    # in another order, in another form, or begun only
    "engineer software": "15-1252.00",
    "nurse registered": "29-1141.00",
    "designer graphic": "27-1024.00",
    "assistant teaching": "25-9044.00",
    "technician pharmacy": "29-2052.00",
    "accounting": "13-2011.00",
    "nursing": "29-1141.00",
    "programming": "15-1251.00",
    "psych": "19-3034.00",
    "soft eng": "15-1252.00",
    "vet": "29-1131.00",
    "fire fighter": "33-2011.00",
    "webdeveloper": "15-1254.00",
    "hair dresser": "39-5012.00",
    "physio therapist": "29-1123.00",
    # in other words, or shorter
    "I want to be a nurse": "29-1141.00",
    "how to become a lawyer": "23-1011.00",
    "software engineer": "15-1252.00",
    "physiotherapist": "29-1123.00",
    "barrister": "23-1011.00",
    "car mechanic": "49-3023.00",
    "truck driver": "53-3032.00",
    "cop": "33-3051.00",
    "doctor": "29-1229.00",
    "HR manager": "11-3121.00",
    "UX designer": "15-1255.00",
    "RN": "29-1141.00",
    "R.N.": "29-1141.00",
    "CEO": "11-1011.00",
    "chief executive officer": "11-1011.00",
    "CFO": "11-1011.00",
    "cyber security analyst": "15-1212.00",
    ".NET": "15-1251.00",
    "coder": "29-2072.00",
    "ELECTRICIAN!!!": "47-2111.00",
    "  nurse -- registered ": "29-1141.00",
}


@pytest.mark.parametrize(("typed", "code"), TYPED.items())
def test_among_all_careers_the_one_that_is_meant_is_of_the_first_five(
    everything, typed, code
):
    assert slug_of(code) in codes(everything, typed, 5)


def test_at_least_four_in_five_are_of_the_first_three(everything):
    first = [slug_of(c) in codes(everything, typed, 3) for typed, c in TYPED.items()]
    assert sum(first) >= 0.8 * len(first)


@pytest.mark.parametrize("typed", list(TYPED)[::4])
def test_the_database_finds_what_reading_every_title_finds(
    everything, typed, monkeypatch
):
    """So both databases answer alike, to the last place."""
    vocabulary = Vocabulary.of(everything.titles)
    monkeypatch.setattr(
        search, "_in_memory", lambda _own: (everything.titles, vocabulary)
    )
    by_reading = find_careers(replace(everything.published, index=None), typed)
    assert find_careers(everything.published, typed) == by_reading


def test_a_title_of_43_careers_leads_to_many_of_them(everything):
    hits = find_careers(everything.published, "machine operator")
    assert sum(hit.title == "Machine Operator" for hit in hits) > 20


@pytest.mark.parametrize(
    ("address", "least"),
    [
        ("/careers/?q=astronomer", 1),
        ("/careers/?q=psychologist", 10),
        ("/careers/?q=operator", 100),
        ("/careers/?q=operater+xylophone", 0),
        ("/careers/suggest/?q=nur", 0),
    ],
)
def test_a_search_takes_three_queries_at_most(
    everything, client: Client, django_assert_max_num_queries, address, least
):
    client.get(address)  # reads the words once
    with django_assert_max_num_queries(3):
        response = client.get(address)
    if least:
        assert response.context["page"].found >= least


def test_of_a_thousand_careers_a_page_has_20_and_is_small(everything, client: Client):
    response = client.get("/careers/")
    assert len(response.context["page"].cards) == 20
    assert len(gzip.compress(response.content)) < 20_000
    assert "1 to 20 of 1019" in response.content.decode()


def test_every_career_is_on_one_of_the_pages(everything, client: Client):
    seen: list[str] = []
    address = "/careers/?q=operator"
    while address:
        response = client.get(address)
        seen += [card.slug for card in response.context["page"].cards]
        html = response.content.decode()
        more = re.search(r'href="([^"]+)">More careers', html)
        address = f"/careers/{unescape(more[1])}" if more else ""
    assert len(seen) == len(set(seen)) == response.context["page"].found > 40


def test_a_form_of_a_thousand_careers_names_only_those_that_may_be_meant(
    everything, client: Client
):
    html = client.get("/", {"career": "nurse", "hours": "12"}).content.decode()
    assert "Several careers are called “nurse”: Registered Nurses;" in html
    link = re.search(r'<a href="([^"]+)">Registered Nurses</a>', html)
    assert link is not None
    response = client.get(unescape(link[1]))
    assert not response.context["form"].errors
    assert response.context["form"].background.career == slug_of("29-1141.00")
    assert response.context["form"].background.hours_per_week == 12


# In the small catalogue


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
