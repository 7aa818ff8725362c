"""Searching everything that O*NET calls every occupation."""

from __future__ import annotations

import gzip
import re
from dataclasses import dataclass, replace
from html import unescape

import pytest
from django.db import transaction
from django.test import Client

from planner import search
from planner.queries import Published, published
from planner.search import find_careers, rebuild_search
from planner.titles import Title, Vocabulary, titles_of
from tests.onet import all_careers, listed_titles, slug_of
from tests.web.world import publish

pytestmark = pytest.mark.django_db


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
