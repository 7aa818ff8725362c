"""The form and the roadmap beside it, asked of Django directly."""

import re
from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.views.roadmaps import examples
from tests.web.world import publish

pytestmark = pytest.mark.django_db

NEXT_YEAR = date.today().year + 1  # noqa: DTZ011 - a day too early or late is as good


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


def page(client: Client, **answers) -> str:
    return client.get("/", answers).content.decode()


def test_a_newcomer_sees_the_form_and_a_roadmap_at_once(client: Client):
    html = page(client)
    assert "Plan your way to a career" in html
    assert "Machine learning engineer by" in html


@pytest.mark.parametrize("number", [0, 1, 2])
def test_each_example_fills_the_form_and_has_a_roadmap(client: Client, number):
    example = examples(timezone.localdate())[number]
    response = client.get(example.address)
    assert response.status_code == 200
    assert not response.context["form"].errors
    assert "Machine learning engineer by" in response.content.decode()


def test_a_post_leads_to_an_address_with_the_answers_that_are_not_by_default(
    client: Client,
):
    answers = {"career": "machine-learning-engineer", "start": f"{NEXT_YEAR}-02-01"}
    answers |= {"hours": "12", "fulltime": "yes", "masters": "either", "s-python": ""}
    response = client.post("/", answers)
    assert response.status_code == 303
    assert response["Location"] == f"/?start={NEXT_YEAR}-02-01&hours=12"


def test_reload_shows_the_same_roadmap(client: Client):
    address = f"/?start={NEXT_YEAR}-02-01&hours=12&s-python=some"
    assert client.get(address).content == client.get(address).content


def test_an_invalid_post_keeps_everything_typed(client: Client):
    response = client.post(
        "/",
        {
            "career": "machine-learning-engineer",
            "start": "1900-01-01",
            "hours": "many",
            "e1": "bachelor",
            "e1f": "bilogy",
            "s-python": "some",
        },
    )
    html = response.content.decode()
    assert response.status_code == 422
    assert "<title>Error: " in html
    for typed in ['value="1900-01-01"', 'value="many"', 'value="bilogy"']:
        assert typed in html
    assert re.search(r'<option value="some" selected', html)
    assert "Biology/Biological Sciences, General" in html


@pytest.mark.parametrize(
    ("name", "value", "advice"),
    [
        ("hours", "168", "Give a number from 0 to 80"),
        ("hours", "-1", "Give a number from 0 to 80"),
        ("hours", "", "Say how many hours"),
        ("hours", "nan", "Write the hours"),
        ("start", "1900-01-01", "A plan can start between"),
        ("start", "9999-12-31", "A plan can start between"),
        ("start", "tomorrow", "Write the start as"),
        ("fulltime", "maybe", "Choose yes or no"),
        ("masters", "maybe", "Choose yes, no, or"),
        ("target", "soon", "Write the date as"),
        ("budget", "a lot", "Write the amount as"),
        ("s-python", "guru", "Choose not yet, some or solid"),
    ],
)
def test_a_wrong_answer_is_told_what_to_do(client: Client, name, value, advice):
    assert advice in page(client, **{name: value})


def test_an_unknown_career_is_kept_and_told(client: Client):
    response = client.get("/", {"career": "data-scientits"})
    assert 'value="data-scientits"' in response.content.decode()
    (error,) = response.context["form"].errors["career"]
    assert "The nearest that we have: Data scientist;" in error


def test_a_career_must_be_chosen(client: Client):
    assert "Choose what you want to become." in page(client, career="")


def test_a_finish_before_today_is_not_in_progress(client: Client):
    html = page(client, e1="bachelor", e1f="11.0701", e1s="expected", e1d="2020-05")
    assert "The finish lies before today" in html


def test_a_finish_ahead_is_not_finished(client: Client):
    html = page(client, e1="bachelor", e1f="11.0701", e1d=str(NEXT_YEAR + 1))
    assert "This date lies ahead" in html


@pytest.mark.parametrize("method", ["get", "post"])
def test_400_skills_are_answered_clearly_and_once(client: Client, method):
    answers = {f"s-skill-{number}": "some" for number in range(400)}
    answers |= {"start": f"{NEXT_YEAR}-02-01", "hours": "10", "s-python": "solid"}
    response = getattr(client, method)("/", answers)
    html = response.content.decode()
    assert "We do not know 400 of the skills, such as “skill-0”." in html
    # They are no longer in the form, so that sending it again leads on.
    assert "s-skill-0" not in html
    assert len(response.context["form"].problems) == 1
    assert '<option value="solid" selected>' in html


def test_a_code_of_a_family_of_fields_is_kept_as_typed(client: Client):
    html = page(client, e1="bachelor", e1f="26.01", e1d="2020")
    assert 'value="26.01"' in html


def test_very_long_answers_do_not_break(client: Client):
    answers = {"start": f"{NEXT_YEAR}-02-01", "hours": "10", "e1f": "x" * 5000}
    response = client.post("/", answers)
    assert response.status_code == 422
    assert "x" * 200 in response.content.decode()


def test_there_is_always_one_empty_row_more_up_to_eight(client: Client):
    row = {"e1": "bachelor", "e1f": "11.0701", "e1d": "2020"}
    assert 'name="e2"' in page(client, **row)
    assert 'name="e3"' not in page(client, **row)
    assert 'name="e9"' not in page(client, e8="bachelor", e8f="11.0701")


@pytest.mark.parametrize("typed", ["26.0101", "biology", "Biology", "bio (26.0101)"])
def test_a_field_of_study_may_be_a_code_a_title_or_a_part_of_one(client: Client, typed):
    response = client.get("/", {"e1": "bachelor", "e1f": typed, "e1d": "2020"})
    assert response.context["form"].background.education[0].field == "26.0101"
    assert "e1f=26.0101" in response["HX-Push-Url"]


def test_fields_are_suggested_as_one_types(client: Client):
    html = client.get("/fields/", {"q": "statistcs"}).content.decode()
    assert 'data-value="Statistics, General"' in html
    assert "27.0501" in html
    named = client.get("/fields/", {"e1f": "statistcs"}).content.decode()
    assert named.replace('id="e1f-', 'id="q-') == html


def test_the_page_sets_no_cookie_and_needs_none():
    client = Client(enforce_csrf_checks=True)
    response = client.post("/", {"start": f"{NEXT_YEAR}-02-01", "hours": "10"})
    assert response.status_code == 303
    assert not client.get("/").cookies


def test_the_page_takes_six_queries_at_most(
    client: Client, django_assert_max_num_queries
):
    with django_assert_max_num_queries(6):
        page(client, hours="12", **{"s-python": "some"})


def test_before_anything_is_published_the_page_says_so(client: Client, catalogue):
    catalogue.delete()
    assert client.get("/").status_code == 503


NAMES = [
    *["career", "start", "hours", "fulltime", "masters", "done", "target", "budget"],
    *["tuition", "e1", "e1f", "e1s", "e1d", "e8", "e8f", "x1", "x1m", "x3m"],
    *["s-python", "s-nothing", "s-", "e0", "e9", "q", "", "csrfmiddlewaretoken"],
]
SENSIBLE = [
    *["", "0", "1", "80", "168", "-5", "1e308", "1e-308", "nan", "inf", "٣", "½"],
    *["machine-learning-engineer", "data-scientist", "bachelor", "high-school"],
    *["26.0101", "biology", "finished", "expected", "some", "solid", "yes", "no"],
    *["portfolio", "internship", "job-search", "2020", "2028-13", "0000", "2027-02-30"],
    *[str(date.today() + timedelta(days=days)) for days in (-400, 0, 40, 5000)],  # noqa: DTZ011
]
VALUES = st.sampled_from(SENSIBLE) | st.text(max_size=40)
ANSWERS = st.dictionaries(
    st.sampled_from(NAMES) | st.text(max_size=12),
    st.lists(VALUES, min_size=1, max_size=3),
    max_size=10,
)


@settings(
    max_examples=300,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(answers=ANSWERS, is_post=st.booleans())
def test_no_answers_make_an_error_page(client: Client, answers, is_post):
    """Each generated request gets the page, a redirect, or the form with errors."""
    if is_post:
        body = urlencode(answers, doseq=True, errors="surrogatepass")
        response = client.post("/", body, "application/x-www-form-urlencoded")
        assert response.status_code in {200, 303, 422}
    else:
        query = urlencode(answers, doseq=True, errors="surrogatepass")
        response = client.get(f"/?{query}")
        assert response.status_code == 200


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    asked=st.fixed_dictionaries(
        {},
        optional={
            name: VALUES | st.sampled_from(["100000", "5", "Bachelor's degree"])
            for name in ("q", "pay", "growth", "entry")
        },
    )
)
def test_no_search_makes_an_error_page(client: Client, asked):
    for address in ("/careers/", "/careers/suggest/", "/fields/"):
        assert client.get(address, asked).status_code == 200
