"""Dates and exceptions of one's own: set in a step, kept in the address, taken back."""

import re
from datetime import date, timedelta
from html import unescape

import pytest
from django.test import Client

from planner.queries import published
from tests.web.world import publish

pytestmark = pytest.mark.django_db

YEAR = date.today().year + 1  # noqa: DTZ011 - any day ahead will do
START = f"{YEAR}-08-15"


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


def shown(client: Client, **answers):
    response = client.get("/", {"start": START, **answers})
    assert response.status_code == 200
    return response


def html_of(response) -> str:
    return unescape(response.content.decode())


def steps(response) -> dict[str, date]:
    page = response.context["page"]
    return {step.key: date.fromisoformat(step.start.iso) for step in page.steps}


def test_every_step_can_be_set_through_the_form_of_answers(client: Client):
    response = shown(client)
    html = html_of(response)
    assert steps(response)
    for key in steps(response):
        for kind in ("nb", "ex", "no"):
            field = f'name="{kind}-{key}" form="answers"'
            assert html.count(field) == 1
        assert f'<label for="set-nb-{key}">' in html


def test_a_step_does_not_start_before_the_day_that_was_set(client: Client):
    key, planned = max(steps(shown(client)).items(), key=lambda item: item[1])
    day = planned + timedelta(days=200)
    response = shown(client, **{f"nb-{key}": day.isoformat()})
    assert steps(response)[key] >= day
    html = html_of(response)
    assert f'<a href="#id_nb-{key}">Change it</a>' in html
    assert html.count(f'name="nb-{key}"') == 1  # in the form now, to be changed
    assert f'value="{day.isoformat()}"' in html


def test_exactly_then_is_the_week_of_that_day(client: Client):
    key, planned = max(steps(shown(client)).items(), key=lambda item: item[1])
    day = planned + timedelta(days=203)
    response = shown(client, **{f"ex-{key}": day.isoformat()})
    assert steps(response)[key] == day - timedelta(days=day.weekday())


def test_what_one_does_not_need_is_credited_in_ones_own_words(client: Client):
    key = next(k for k in steps(shown(client)) if k.startswith("skill-"))
    response = shown(client, **{f"no-{key}": "I taught it for years"})
    assert key not in steps(response)
    html = html_of(response)
    assert "I taught it for years" in html
    assert f'name="no-{key}"' in html


def test_what_was_set_is_kept_in_every_address(client: Client):
    key = next(iter(steps(shown(client))))
    answers = {f"nb-{key}": f"{YEAR + 1}-02-03", f"no-{key}x": "typed by mistake"}
    response = shown(client, **answers)
    address = response.headers["HX-Push-Url"]
    assert f"nb-{key}={YEAR + 1}-02-03" in address
    assert f"no-{key}x=typed+by+mistake" in address
    del answers[f"no-{key}x"]
    posted = client.post("/", {"start": START, **answers})
    assert f"nb-{key}={YEAR + 1}-02-03" in posted.headers["Location"]
    html = html_of(client.get(posted.headers["Location"]))
    for page in ("routes", "masters"):
        assert f"/{page}/?start={START}&nb-{key}={YEAR + 1}-02-03" in html


@pytest.mark.parametrize(
    ("name", "typed", "words"),
    [
        ("nb-skill-python", "next spring", "Write the day as year, month and day"),
        ("nb-skill-pyhton", f"{YEAR}-09-01", "The nearest is skill:python"),
        ("no-skill-python", "x" * 501, "at most 500 characters"),
    ],
)
def test_what_cannot_be_read_is_kept_and_explained(client: Client, name, typed, words):
    html = html_of(client.get("/", {"start": START, name: typed}))
    assert words in html
    assert f'value="{typed}"' in html
    assert f'href="#id_{name}"' in html


def test_not_before_and_exactly_at_once_is_one_too_many(client: Client):
    day = f"{YEAR}-09-01"
    answers = {"nb-skill-python": day, "ex-skill-python": day}
    html = html_of(client.get("/", {"start": START, **answers}))
    assert "There are two dates for it" in html


def test_what_is_left_out_because_of_its_date_is_named(client: Client):
    # Of two jobs that count, the one that is planned has to wait for twenty years.
    response = shown(client)
    key = next(k for k in steps(response) if k.startswith("role-"))
    response = shown(client, **{f"nb-{key}": f"{YEAR + 20}-01-01"})
    assert key not in steps(response)
    assert "does without it" in html_of(response)


def test_a_date_that_leaves_no_plan_can_be_taken_back_by_a_link(client: Client):
    key = max(steps(shown(client)).items(), key=lambda item: item[1])[0]
    answers = {f"ex-{key}": START}
    assert "no way there yet" in html_of(shown(client, **answers))
    routes = client.get("/routes/", {"start": START, **answers}).content.decode()
    links = re.findall(r'<a href="([^"]+)">Plan it so', routes)
    without = [unescape(link) for link in links if f"ex-{key}" not in link]
    assert without
    for link in without:
        assert "no way there yet" not in html_of(client.get(link))


def test_a_step_is_named_as_in_the_plan():
    catalogue = published().catalogue
    for role in catalogue.roles.values():
        if role.search:
            title = catalogue.title_of(f"milestone:{role.search}-{role.slug}")
            assert title.endswith(role.title.lower())
    assert catalogue.title_of("skill:python") == catalogue.skills["python"].title
    assert catalogue.title_of("degree:bachelor-99-9999") == "degree:bachelor-99-9999"
