"""The API, asked as another program would."""

import json
from datetime import date

import jsonschema
import pytest
from django.core.cache import caches
from django.test import Client
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner.documents.background import read_background
from planner.documents.plan import write_advice
from planner.engine.advising import advise
from planner.queries import published
from planner.views.api import LARGEST_BODY, openapi_document
from tests.web.world import publish

LEAVER = {"career": "machine-learning-engineer", "start": "2027-08-15"}

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    caches["process"].clear()
    return publish()


def ask(client: Client, body, content_type="application/json"):
    text = body if isinstance(body, str | bytes) else json.dumps(body)
    return client.post("/api/v1/plan", text, content_type=content_type)


def problem(response, status: int):
    assert response.status_code == status
    assert response["Content-Type"] == "application/problem+json"
    body = response.json()
    jsonschema.validate(body, openapi_document()["components"]["schemas"]["Problem"])
    assert body["status"] == status
    return body


def test_a_background_goes_in_and_the_plan_comes_out(client: Client):
    response = ask(client, LEAVER)
    assert response.status_code == 200
    now = published()
    advice = advise(now.catalogue, read_background(LEAVER, now.catalogue), now.pay)
    assert response.json() == write_advice(advice)
    schema = openapi_document()["components"]["schemas"]
    jsonschema.validate(
        response.json(), {**schema["Plan"], "components": {"schemas": schema}}
    )


def test_a_plan_that_does_not_exist_is_an_answer_too(client: Client):
    response = ask(client, {**LEAVER, "hours_per_week": 0, "full_time_study": False})
    assert response.status_code == 200
    document = response.json()
    assert document["status"] == "impossible"
    assert document["would_help"]


def test_bad_input_names_each_field(client: Client):
    body = problem(
        ask(
            client, {"career": "pilot", "start": "soon", "education": [{"level": "x"}]}
        ),
        422,
    )
    fields = {error["field"]: error["pointer"] for error in body["errors"]}
    assert fields["career"] == "/career"
    assert fields["start"] == "/start"
    assert fields["education[0].level"] == "/education/0/level"


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        ("{", "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        ('{"budget": NaN}', "application/json", 400),
        ("[" * 100_000, "application/json", 400),
        ("[]", "application/json", 422),
        ("{}", "text/plain", 415),
        (" " * (LARGEST_BODY + 1), "application/json", 413),
    ],
)
def test_what_is_no_background_is_a_problem(client, body, content_type, status):
    problem(ask(client, body, content_type), status)


def test_another_method_is_told_which_one_to_use(client: Client):
    response = client.get("/api/v1/plan")
    problem(response, 405)
    assert response["Allow"] == "POST"
    response = client.delete("/api/v1/careers")
    problem(response, 405)
    assert response["Allow"] == "GET, HEAD"


def test_too_many_plans_in_a_minute_have_to_wait(client: Client, settings):
    settings.PLANS_A_MINUTE = 2
    statuses = {ask(client, LEAVER).status_code for _ in range(2)}
    response = ask(client, LEAVER)
    if response.status_code == 200:  # the minute ended in between
        response = [ask(client, LEAVER) for _ in range(2)][-1]
    assert statuses == {200}
    problem(response, 429)
    assert 1 <= int(response["Retry-After"]) <= 60
    other = Client(REMOTE_ADDR="192.0.2.7")
    assert ask(other, LEAVER).status_code == 200


def test_careers_are_listed_and_told(client: Client):
    listed = client.get("/api/v1/careers").json()["careers"]
    assert {"machine-learning-engineer"} <= {career["slug"] for career in listed}
    told = client.get(listed[0]["url"]).json()
    assert told["title"] == listed[0]["title"]
    assert told["requires"]
    body = problem(client.get("/api/v1/careers/machine-lerning"), 404)
    assert "machine-learning-engineer" in body["detail"]


def test_without_a_catalogue_it_says_so(client: Client):
    from planner.models import CatalogueVersion

    CatalogueVersion.objects.all().delete()
    problem(client.get("/api/v1/careers"), 503)
    problem(ask(client, LEAVER), 503)


def test_the_description_names_what_is_there(client: Client):
    document = client.get("/api/v1/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    jsonschema.Draft202012Validator.check_schema(
        document["components"]["schemas"]["Plan"]
    )
    html = client.get("/api/").content.decode()
    for path in document["paths"]:
        assert path in html
    for name in document["components"]["schemas"]["Background"]["properties"]:
        assert f"<code>{name}</code>" in html


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)
DAYS = st.dates(date(1990, 1, 1), date(2110, 1, 1)).map(date.isoformat)
STEPS = st.sampled_from(
    ["skill:python", "milestone:portfolio", "milestone:job-search", "degree:x", "y"]
)
TRACKED = st.fixed_dictionaries(
    {"id": STEPS | JSON, "start": DAYS | JSON, "finish": DAYS | JSON},
    optional={
        "mode": st.sampled_from(["full-time", "self-study"]) | JSON,
        "started": DAYS | JSON,
        "finished": DAYS | JSON,
        "expected": DAYS | JSON,
        "load_hours_per_week": st.integers(-1, 200) | JSON,
    },
)
NEARLY = st.fixed_dictionaries(
    {"career": st.just("machine-learning-engineer") | JSON, "start": DAYS | JSON},
    optional={
        "hours_per_week": st.integers(-5, 90) | JSON,
        "full_time_study": st.booleans() | JSON,
        "masters": st.sampled_from(["yes", "no", "either"]) | JSON,
        "education": st.lists(
            st.fixed_dictionaries(
                {"level": st.sampled_from(["bachelor", "master"]) | JSON},
                optional={"field": st.just("11.0701") | JSON, "expected": DAYS | JSON},
            ),
            max_size=2,
        )
        | JSON,
        "skills": st.dictionaries(st.sampled_from(["python", "x"]), JSON) | JSON,
        "experience": JSON,
        "done": st.lists(st.just("portfolio") | JSON) | JSON,
        "target_date": DAYS | JSON,
        "budget": st.integers(-1, 10**9) | JSON,
        "objective": st.sampled_from(["earliest", "cheapest"]) | JSON,
        "masters_mode": st.sampled_from(["any", "part-time"]) | JSON,
        "bootcamp": st.sampled_from(["yes", "no"]) | JSON,
        "pins": st.lists(
            st.fixed_dictionaries(
                {"id": STEPS | JSON},
                optional={"not_before": DAYS | JSON, "exactly": DAYS | JSON},
            ),
            max_size=2,
        )
        | JSON,
        "not_needed": st.lists(
            st.fixed_dictionaries({"id": STEPS | JSON, "because": st.text() | JSON}),
            max_size=2,
        )
        | JSON,
        "progress": st.fixed_dictionaries(
            {"as_of": DAYS | JSON, "steps": st.lists(TRACKED, max_size=3) | JSON}
        )
        | JSON,
        "pay": st.integers(-1, 10**9) | JSON,
        "pay_with_masters": st.integers(-1, 10**9) | JSON,
    },
)


@settings(
    max_examples=100,
    deadline=None,
    suppress_health_check=[
        HealthCheck.function_scoped_fixture,
        HealthCheck.too_slow,
    ],
)
@given(body=NEARLY | JSON)
def test_nothing_that_is_sent_breaks_it(client: Client, body):
    caches["process"].clear()
    response = ask(client, json.dumps(body))
    assert response.status_code in (200, 422)
    if response.status_code == 422:
        problem(response, 422)


# Bodies that are right, so that a plan is made: most of what is nearly right is not.
SOON = st.dates(date(2027, 8, 15), date(2029, 1, 1)).map(date.isoformat)
REAL = st.sampled_from(["skill:python", "milestone:portfolio", "milestone:job-search"])
BEGUN = st.sampled_from(
    [
        {"started": "2027-08-20"},
        {"started": "2027-08-20", "finished": "2027-09-10"},
        {"started": "2027-08-20", "expected": "2031-01-01"},
        {},
    ]
)


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    pins=st.dictionaries(REAL, SOON, max_size=2),
    waived=st.sets(REAL, max_size=1),
    stands=st.dictionaries(REAL, BEGUN),
    as_of=SOON.filter(lambda day: day > "2027-09-10"),
    hours=st.sampled_from([0, 5, 10]),
)
def test_what_is_pinned_and_tracked_is_planned_or_said_to_be_impossible(
    client: Client, pins, waived, stands, as_of, hours
):
    caches["process"].clear()
    planned = {"mode": "self-study", "start": "2027-08-16", "finish": "2027-10-04"}
    body = LEAVER | {
        "hours_per_week": hours,
        "pins": [{"id": step, "exactly": day} for step, day in pins.items()],
        "not_needed": [{"id": step, "because": "Mine."} for step in waived],
        "progress": {
            "as_of": as_of,
            "steps": [{"id": step, **planned, **how} for step, how in stands.items()],
        },
    }
    response = ask(client, body)
    assert response.status_code == 200, response.content
    document = response.json()
    assert document["obstacles" if document["status"] == "impossible" else "steps"]
