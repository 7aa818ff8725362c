"""Is the master's worth it: the page, and the part that the roadmap fetches."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from planner.answers import masters_for
from planner.pages.lines import draw_lines
from planner.queries import published
from tests.web.world import publish

pytestmark = pytest.mark.django_db

START = f"{date.today().year + 1}-08-15"  # noqa: DTZ011 - any day ahead will do


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


def text(client: Client, **answers) -> str:
    response = client.get("/masters/", {"start": START, **answers})
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_the_roadmap_leads_to_it_with_the_same_answers(client: Client):
    html = client.get("/", {"start": START, "hours": "12"}).content.decode()
    assert f'hx-get="/masters/?start={START}&amp;hours=12"' in html


def test_it_says_what_the_engine_says(client: Client):
    html = text(client, pay="100000", mpay="140000")
    background = client.get("/", {"start": START}).context["form"].background
    assert background.pay is None
    response = client.get("/", {"start": START, "pay": "100000", "mpay": "140000"})
    background = response.context["form"].background
    assert (background.pay, background.pay_with_masters) == (100_000, 140_000)
    question = masters_for(published(), background)
    assert question is not None
    assert question.text in html
    for words in [*question.missing, *question.assumptions]:
        assert words in html
    for influence in question.influences:
        assert influence.text in html
    assert html.count("Your own figure") == 2
    years = re.findall(r'<th scope="row">(\d{4})</th>', html)
    assert years == [str(year) for year in question.years]


def test_the_drawing_and_the_table_say_the_same(client: Client):
    html = text(client, pay="100000", mpay="140000")
    (without,) = re.findall(r'class="without" points="(\d+\.[^"]+)"', html)
    (with_masters,) = re.findall(r'class="with" points="(\d+\.[^"]+)"', html)
    rows = re.findall(r'<th scope="row">\d{4}</th><td>(.*?)</td><td>(.*?)</td>', html)

    def heights(points: str) -> list[float]:
        return [-float(point.split(",")[1]) for point in points.split()]

    def amounts(column: int) -> list[int]:
        words = [row[column].replace("−", "-") for row in rows]
        return [int(re.sub(r"[$,]", "", amount)) for amount in words]

    for points, column in ((without, 0), (with_masters, 1)):
        places, sums = heights(points), amounts(column)
        assert len(places) == len(sums)
        a_dollar = (places[-1] - places[0]) / (sums[-1] - sums[0])
        for place, amount in zip(places, sums, strict=True):
            expected = places[0] + (amount - sums[0]) * a_dollar
            assert place == pytest.approx(expected, abs=1)


def test_a_figure_that_nobody_knows_is_named_and_one_can_enter_it(client: Client):
    html = text(client)
    assert "What a master’s adds to the pay" in html
    assert f'<a href="/?start={START}#id_pay">Enter figures of your own</a>' in html


def test_who_has_a_masters_is_told_that_there_is_nothing_to_compare(client: Client):
    html = text(client, e1="master", e1f="11.0701", e1d="2020")
    assert "no two plans to compare" in html
    assert '<div id="masters">' in html


@pytest.mark.parametrize("name", ["pay", "mpay"])
def test_an_amount_that_is_none_is_kept_and_explained(client: Client, name):
    response = client.get("/", {"start": START, name: "a lot"})
    html = unescape(response.content.decode())
    assert "Write the amount as a number" in html
    assert 'value="a lot"' in html
    assert client.get("/masters/", {"start": START, name: "a lot"}).status_code == 302


def test_losses_are_below_the_line_of_nothing():
    lines = draw_lines([2030, 2031], [-400, 900], [-500, 1200], even=2031)
    nothing = next(mark for mark in lines.amounts if mark.text == "$0")
    first, last = (point.split(",") for point in lines.second.split())
    assert float(first[1]) > float(nothing.line_y) > float(last[1])
    assert lines.even is not None
    assert lines.even.line_x == last[0]
