"""Finding a career, and what its page says."""

import copy
import re
from typing import Any

import pytest
from django.test import Client

from planner.career_pages import career_page, careers_index, careers_page
from planner.queries import published
from planner.search import find_careers
from planner.source_pages import sources_page
from tests.web.world import publish, role, small_catalogue

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue():
    return publish()


def engineer() -> Any:
    return career_page(small_catalogue(), "machine-learning-engineer")


def listed(query: str = "", **asked):
    hits = find_careers(published(), query)
    return careers_page(
        careers_index(small_catalogue()), query=query, hits=hits, **asked
    )


def titles(**asked):
    return [card.title for card in listed(**asked).cards]


@pytest.mark.parametrize(
    "query",
    [
        "machine learning engineer",
        "Machine Lerning Enginer",
        "engineer learning",
        "ML engineer",
        "ml researcher",
    ],
)
def test_a_career_is_found_by_its_titles_slips_forgiven(query):
    assert titles(query=query)[0] == "Machine learning engineer"


def test_a_career_is_found_by_another_title_and_the_card_says_so():
    card = listed("coder").cards[0]
    assert (card.title, card.matched) == ("Software developer", "matches “Coder”")


def test_a_career_is_found_by_a_skill():
    assert titles(query="python") == ["Machine learning engineer"]


def test_a_card_shows_the_figures_of_public_data_and_that_nobody_reviewed_it():
    document = small_catalogue()
    pay = {**document["roles"][0]["figures"][1], "key": "nurse-pay", "value": 97550}
    nurse = role("nurse", is_generated=True, public_figures=[pay])
    document["roles"].append(nurse)
    card = careers_index(document)["nurse"]
    assert card.pay is not None
    assert card.pay.value == "$97,550"
    assert card.is_generated


def test_nothing_found_suggests_the_nearest():
    page = listed("machine xylophone tuner")
    assert page.cards == ()
    assert page.nearest[0].slug == "machine-learning-engineer"


def test_a_filter_leaves_out_what_has_no_figure_and_says_how_many():
    page = listed(pay="100000")
    assert [card.title for card in page.cards] == ["Machine learning engineer"]
    assert page.unknown == 1  # data scientist: missing is not zero, and not enough


def test_a_filter_that_is_no_choice_filters_nothing():
    assert len(titles(pay="lots", growth="-1", entry="nowhere")) == 3


def test_the_newest_figure_stands_in_front_and_older_ones_behind_it():
    page = engineer()
    pay = next(group for group in page.groups if group.name == "Pay")
    assert [row.cells[0].as_of for row in pay.newest.rows] == ["May 2025"]
    assert [row.cells[0].as_of for row in pay.earlier.rows] == ["May 2020"]


def test_a_figure_says_its_value_date_code_and_source(client: Client):
    page = engineer()
    pay = page.headline[0]
    assert (pay.value, pay.as_of, pay.code) == ("$120,230", "May 2025", "15-2051")
    assert pay.source.title == "Occupational Employment and Wage Statistics"


def test_the_drawn_way_has_every_requirement_and_every_alternative():
    page = engineer()
    drawn = [
        (title, way.detail)
        for stop in page.stops
        for way in stop.ways
        for title in [way.title.lower()]
    ]
    asked = [way for need in page.needs for way in need.ways]
    assert len(drawn) == len(asked)
    for way in asked:
        # What all ways of a stop have in common is said once.
        assert any(way.title.lower().endswith(title) for title, _detail in drawn)


def test_what_all_ways_of_a_stop_share_is_said_once():
    document = small_catalogue()
    months = {"low": 12, "likely": 18, "high": 24, "unit": "months"}
    ways = [
        {"thing": f"role:{slug}", "level": None, "share": 1, "months": months}
        for slug in ("software-developer", "data-scientist")
    ]
    document["roles"][0]["requires"].append(
        document["roles"][0]["requires"][0]
        | {"text": "some years of work", "alternatives": ways, "strength": "required"}
    )
    page: Any = career_page(document, "machine-learning-engineer")
    stop = next(stop for stop in page.stops if stop.name == "Some years of work")
    assert stop.note == "any one of these, 12 to 24 months"
    assert [way.detail for way in stop.ways] == ["", ""]


def test_the_drawn_way_says_what_is_only_recommended():
    (stop,) = (stop for stop in engineer().stops if stop.name == "An internship")
    assert stop.strength == "recommended"


def test_every_mark_leads_to_a_source_of_the_page(client: Client):
    html = client.get("/careers/machine-learning-engineer/").content.decode()
    marks = set(re.findall(r'href="#(source-\d+)"', html))
    assert marks
    assert marks == set(re.findall(r'id="(source-\d+)"', html))


def test_the_tally_counts_every_claim():
    page = engineer()
    counted = sum(int(word) for word in page.tally.split() if word.isdigit())
    assert counted == len(page.claims) > 0


def test_a_part_of_a_code_does_not_take_the_figures_of_the_whole_as_its_own():
    document = small_catalogue()
    document["roles"][0]["occupations"][0]["code"] = "15-2051.08"
    page: Any = career_page(document, "machine-learning-engineer")
    assert page.headline[0].code_title.startswith("the whole group")


def test_a_career_page_sets_the_claim_beside_the_source(client: Client):
    html = client.get("/careers/machine-learning-engineer/").content.decode()
    assert "The median pay is $126,830." in html
    assert "True of something else" in html
    assert "It is the median of another occupation." in html


def test_a_career_without_any_figure_has_a_page_without_zeros(client: Client):
    response = client.get("/careers/data-scientist/")
    assert response.status_code == 200
    assert "Pay and outlook" not in response.content.decode()


def test_an_unknown_career_is_a_404_that_names_the_nearest(client: Client):
    response = client.get("/careers/data-scientits/")
    assert response.status_code == 404
    assert "Data scientist" in response.content.decode()


def test_sources_are_listed_with_their_licence_and_what_rests_on_them(client: Client):
    html = client.get("/sources/").content.decode()
    assert "Occupational Employment and Wage Statistics" in html
    assert "Public domain" in html
    assert "5 figures, 1 occupation code, 2 other job titles" in html


def test_what_rests_on_a_source_is_counted_from_the_published_document():
    document = small_catalogue()
    degree = document["degrees"][0]
    degree["modes"][0]["cost"] = {"amount": 1, "per": "year", "source": "wages"}
    rows = {row.slug: row for g in sources_page(document).groups for row in g.rows}
    assert rows["wages"].rests == (
        "5 figures",
        "1 cost",
        "1 occupation code",
        "2 other job titles",
    )
    assert rows["article"].rests == ("4 duties, pros and cons", "1 claim checked")
    document["sources"]["unused"] = document["sources"]["wages"]
    unused = [r for g in sources_page(document).groups for r in g.rows][-1]
    rows = {row.slug: row for g in sources_page(document).groups for row in g.rows}
    assert rows["unused"].rests == ()
    assert unused.slug in rows


def test_sources_are_grouped_and_estimates_are_listed_by_kind():
    page = sources_page(small_catalogue())
    assert [(g.slug, [row.slug for row in g.rows]) for g in page.groups] == [
        ("primary", ["wages"]),
        ("articles", ["article"]),
    ]
    assert [row.slug for row in page.judgement] == ["judgement"]
    assert [(kind.name, len(kind.titles)) for kind in page.judged] == [
        ("Degrees", 2),
        ("Careers and roles", 3),
        ("Skills", 2),
        ("Projects, courses, exams and searches", 3),
    ]
    counted = [int(n) for n in (page.sources, page.published, page.estimated)]
    durations = sum(len(d["modes"]) for d in small_catalogue()["degrees"]) + 5
    assert counted[:2] == [2, 13]
    assert counted[2] >= durations


@pytest.mark.parametrize(
    "address",
    ["/careers/", "/careers/machine-learning-engineer/", "/careers/x/", "/sources/"],
)
def test_a_page_of_careers_takes_three_queries_at_most(
    client: Client, address, django_assert_max_num_queries
):
    with django_assert_max_num_queries(3):
        client.get(address)


def test_the_queries_do_not_grow_with_the_careers(
    client: Client, django_assert_max_num_queries
):
    document = copy.deepcopy(small_catalogue())
    document["roles"] += [role(f"job-{number}") for number in range(200)]
    publish(document)
    with django_assert_max_num_queries(3):
        response = client.get("/careers/")
    assert "203 of 203" in response.content.decode()


def test_before_anything_is_published_the_page_says_so(client: Client, catalogue):
    catalogue.delete()
    response = client.get("/careers/")
    assert response.status_code == 503
    assert "Nothing is published yet" in response.content.decode()
