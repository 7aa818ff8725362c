"""Two plans over each other, and what a later arrival saves."""

import re
from datetime import date
from html import unescape

import pytest
from django.test import Client

from planner.answers import answer_for, frontier_for, others_for
from planner.queries import published
from tests.web.world import publish, small_catalogue

pytestmark = pytest.mark.django_db

START = f"{date.today().year + 1}-08-15"  # noqa: DTZ011 - any day ahead will do


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


def html_of(response) -> str:
    assert response.status_code == 200
    return unescape(response.content.decode())


def test_each_card_leads_to_a_comparison_of_both_plans(client: Client):
    page = html_of(client.get("/routes/", {"start": START}))
    links = re.findall(r'<a href="([^"]+)">Compare', page)
    background = client.get("/", {"start": START}).context["form"].background
    now = published()
    routes = others_for(now, background).routes
    assert len(links) == len(routes) > 0
    plan = answer_for(now, background).worked.plan
    for link, route in zip(links, routes, strict=True):
        response = client.get(link)
        html = html_of(response)
        assert html.count('<figure class="timeline">') == 2
        assert f"As planned: {plan.arrival:%B %Y}" in html
        assert f"As planned: {route.plan.arrival:%B %Y}" in html
        rows = response.context["page"].rows
        mine = {s.id: (s.mode, s.start, s.finish) for s in plan.steps}
        theirs = {s.id: (s.mode, s.start, s.finish) for s in route.plan.steps}
        differing = [i for i in {*mine, *theirs} if mine.get(i) != theirs.get(i)]
        assert len(rows) == len(differing)
        assert all(row.change for row in rows)
        same = len({*mine, *theirs}) - len(differing)
        assert response.context["page"].same == same


def test_both_drawings_have_one_axis(client: Client):
    page = html_of(client.get("/routes/", {"start": START}))
    link = re.findall(r'<a href="([^"]+)">Compare', page)[0]
    html = html_of(client.get(link))
    one, two = html.split("<figure")[1:3]
    lines = r'<line class="year-line" x1="([^"]+)"'
    # A year's line that the arrival's would touch is left out, so most are the same.
    shared = {*re.findall(lines, one)} & {*re.findall(lines, two)}
    assert len(shared) >= len(re.findall(lines, one)) - 1 > 0


def test_a_route_that_is_not_there_leads_to_those_that_are(client: Client):
    response = client.get("/compare/", {"start": START, "route": "by-balloon"})
    assert response.status_code == 302
    assert response["Location"] == f"/routes/?start={START}"


def test_answers_that_cannot_be_read_lead_back_to_the_form(client: Client):
    response = client.get("/compare/", {"start": START, "hours": "many"})
    assert response["Location"] == f"/?start={START}&hours=many"


def test_each_rung_leads_to_its_plan(client: Client):
    # Studying beside a job takes twice as long, and costs a quarter.
    document = small_catalogue()
    for degree in document["degrees"]:
        for mode, amount in zip(degree["modes"], (40_000, 10_000), strict=True):
            mode["cost"] = {"amount": amount, "per": "whole", "source": "wages"}
    publish(document)
    answers = {"start": START, "hours": "20"}
    background = client.get("/", answers).context["form"].background
    rungs = frontier_for(published(), background).plans
    assert len(rungs) > 1
    html = html_of(client.get("/routes/", answers))
    part = html.partition('<table class="rungs">')[2]
    assert "your plan" in part
    links = re.findall(r'<a href="([^"]+)">Make it my plan', part)
    for link, plan in zip(links, rungs[1:], strict=True):
        assert f"As planned: {plan.arrival:%B %Y}" in html_of(client.get(link))


def test_where_time_saves_no_money_nothing_is_said_of_it(client: Client):
    assert "later arrival saves" not in html_of(
        client.get("/routes/", {"start": START})
    )
