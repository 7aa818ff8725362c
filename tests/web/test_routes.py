"""How sure, other routes, and what would help, asked of Django directly."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from planner.answers import answer_for
from planner.engine.plans import Forecast, Range
from planner.pages.sureness import in_ten, probably, sureness_page
from planner.queries import published
from tests.web.world import publish

pytestmark = pytest.mark.django_db

START = f"{date.today().year + 1}-08-15"  # noqa: DTZ011 - any day ahead will do


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


def text(client: Client, address: str, **answers) -> str:
    response = client.get(address, answers)
    assert response.status_code == 200
    return unescape(response.content.decode())


def addresses(html: str, words: str) -> list[str]:
    return re.findall(rf'<a href="([^"]+)">{words}', html)


def test_the_roadmap_says_how_sure_it_is(client: Client):
    html = text(client, "/", start=START)
    assert "Probably " in html
    assert "How sure" in html
    assert "played through 2,000 times" in html
    assert html.count('<rect x="') > 3
    response = client.get("/", {"start": START})
    background = response.context["form"].background
    now = published()
    forecast = answer_for(now, background).forecast
    assert forecast is not None
    assert f"by {forecast.arrival.median:%B %Y}" in html
    assert probably(forecast) in html
    for assumption in forecast.assumptions:
        assert assumption in html


def test_the_chance_of_a_target_date_is_said(client: Client):
    html = text(client, "/", start=START, target=f"{int(START[:4]) + 40}-01-01")
    assert "practically all</b> arrive by your date" in html


def test_the_roadmap_leads_to_other_routes_with_the_same_answers(client: Client):
    html = text(client, "/", start=START, hours="12")
    assert f"/routes/?start={START}&hours=12" in html


def test_every_route_and_remedy_leads_to_the_plan_that_it_promises(client: Client):
    answers = {"start": START, "target": f"{START[:4]}-12-01"}
    html = text(client, "/routes/", **answers)
    months = re.findall(r"<p><b>(\w+ \d{4}), after", html)
    links = addresses(html, "Make it my plan")
    assert links
    for month, link in zip(months, links, strict=True):
        assert f"As planned: {month}" in text(client, link)
    (moved,) = [
        link for link in addresses(html, "Plan it so") if f"target={START}" not in link
    ][-1:]
    assert "Kept:</b> You wish to arrive" in text(client, moved)


def test_where_nothing_leads_there_it_says_what_would_help(client: Client):
    html = text(client, "/", start=START, hours="0", fulltime="no")
    assert "no way there yet" in html
    assert "Show what would help" in html
    html = text(client, "/routes/", start=START, hours="0", fulltime="no")
    links = addresses(html, "Plan it so")
    assert links
    for link in links:
        assert "no way there yet" not in text(client, link)


def test_answers_that_cannot_be_read_lead_back_to_the_form(client: Client):
    response = client.get("/routes/", {"start": START, "hours": "many"})
    assert response.status_code == 302
    assert response["Location"] == f"/?start={START}&hours=many"


@pytest.mark.parametrize(
    ("share", "words"),
    [
        (0, "practically none"),
        (0.03, "fewer than 1 in 20"),
        (0.07, "about 1 in 10"),
        (0.5, "about 5 in 10"),
        (0.94, "about 9 in 10"),
        (0.97, "more than 19 in 20"),
        (1, "practically all"),
    ],
)
def test_chances_are_told_in_tens(share, words):
    assert in_ten(share) == words


def test_a_long_histogram_is_grouped(client: Client):
    months = tuple((date(2030 + n // 12, n % 12 + 1, 1), 5) for n in range(100))
    forecast = Forecast(
        samples=500,
        arrival=Range(early=months[10][0], median=months[50][0], late=months[90][0]),
        steps={},
        months=months,
        chance_as_planned=0.2,
        chance_of_target=None,
        assumptions=(),
    )
    now = published()
    background = client.get("/", {"start": START}).context["form"].background
    plan = answer_for(now, background).worked.plan
    page = sureness_page(plan, forecast)
    assert len(page.columns) <= 30
    assert sum(c.is_probable for c in page.columns) < len(page.columns)
    assert [tick.anchor for tick in page.ticks] == ["start", "middle", "middle", "end"]
