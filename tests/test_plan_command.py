"""`manage.py plan`: a background in, the plan out, and a status that scripts read."""

import io
import json
import sys
from datetime import date

import jsonschema
import pytest
from django.core.management import call_command

from planner.documents.background import BadInput, read_background, write_background
from planner.documents.plan import dump, write_plan
from planner.engine.advising import advise
from planner.engine.planning import make_plan
from planner.exports import EXPORTS, Kept
from planner.queries import published
from tests.conftest import PROJECT
from tests.web.world import publish

SCHEMAS = PROJECT / "planner" / "documents"
LEAVER = {"career": "machine-learning-engineer", "start": "2027-08-15"}


@pytest.fixture
def catalogue(db):
    publish()
    return published().catalogue


@pytest.fixture
def plan(catalogue, tmp_path, capsys):
    """Run the command on a background; return status, output and errors."""

    def run(background, *options):
        path = tmp_path / "background.json"
        text = background if isinstance(background, str) else json.dumps(background)
        path.write_text(text, encoding="utf-8")
        out, err = as_terminal(), io.StringIO()
        status: str | int | None = 0
        try:
            call_command("plan", str(path), *options, stdout=out, stderr=err)
        except SystemExit as stop:
            status = stop.code
        return status, said(out), err.getvalue()

    return run


def as_terminal():
    """Return what takes text and bytes, as standard output does."""
    return io.TextIOWrapper(io.BytesIO(), encoding="ascii")


def said(out):
    return out.buffer.getvalue().decode()


def schema(name):
    return json.loads((SCHEMAS / f"{name}.schema.json").read_text(encoding="utf-8"))


def test_the_plan_is_a_document_of_its_schema(plan):
    status, out, err = plan(LEAVER)
    assert (status, err) == (0, "")
    document = json.loads(out)
    jsonschema.validate(
        document,
        schema("plan"),
        format_checker=jsonschema.FormatChecker(["date"]),
    )
    assert document["schema"] == "careerpath/plan/1"
    assert document["status"] == "optimal"
    arrival = document["arrival"]
    assert arrival["early"] <= arrival["likely"] <= arrival["late"]
    assert document["chance_of_target_date"] is None
    assert document["would_help"] == []
    for step in document["steps"]:
        assert step["early_finish"] <= step["finish"] <= step["late_finish"]
    for route in document["routes"]:
        again = json.loads(plan({**LEAVER, **route["change"]})[1])
        assert again["arrival"]["likely"] == route["arrival"]
        assert again["cost"] == route["cost"]


def tracked(**days):
    step = {"id": "skill:python", "start": "2027-09-06", "finish": "2027-11-01"}
    return {"as_of": "2028-01-03", "steps": [{**step, **days}]}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({"pins": [{"id": "skill:pyton", "exactly": "2028-01-03"}]}, "pins[0].id"),
        ({"pins": [{"id": "skill:python"}]}, "pins[0].not_before"),
        ({"pins": ["python"]}, "pins[0]"),
        ({"not_needed": [{"id": "skill:python"}]}, "not_needed[0].because"),
        (
            {"not_needed": [{"id": "skill:python", "because": "x" * 501}]},
            "not_needed[0].because",
        ),
        ({"progress": {"steps": []}}, "progress.as_of"),
        ({"progress": {"as_of": "2027-01-01"}}, "progress.as_of"),
        ({"progress": tracked(started="2029-01-01")}, "progress.steps[0].started"),
        ({"progress": tracked(finished="2029-01-01")}, "progress.steps[0].finished"),
        ({"progress": tracked(expected="2029-01-01")}, "progress.steps[0].started"),
        ({"progress": tracked(finish="2027-01-01")}, "progress.steps[0].finish"),
        (
            {"progress": tracked(started="2027-09-06", expected="2027-10-01")},
            "progress.steps[0].expected",
        ),
    ],
)
def test_what_is_wrong_with_pins_and_progress_is_named(catalogue, answers, field):
    with pytest.raises(BadInput) as caught:
        read_background({**LEAVER, **answers}, catalogue)
    assert [error.field for error in caught.value.errors] == [field]


TRACKED = ("id", "mode", "start", "finish", "load_hours_per_week")


def as_tracked(document, as_of):
    """Return the progress of somebody who did everything as planned."""
    steps = []
    for step in document["steps"]:
        kept = {name: step[name] for name in TRACKED}
        if step["start"] < as_of:
            kept["started"] = step["start"]
        if step["finish"] <= as_of:
            kept["finished"] = step["finish"]
        steps.append(kept)
    return {"as_of": as_of, "steps": steps}


def test_who_is_on_time_keeps_the_plan_and_who_slips_sees_what_moves(plan):
    before = json.loads(plan(LEAVER)[1])
    progress = as_tracked(before, "2030-02-04")
    again = json.loads(plan({**LEAVER, "progress": progress})[1])
    assert again["changes"] == []
    assert again["arrival"]["likely"] == before["arrival"]["likely"]
    dates = {step["id"]: (step["start"], step["finish"]) for step in again["steps"]}
    assert dates == {s["id"]: (s["start"], s["finish"]) for s in before["steps"]}

    degree = next(s for s in progress["steps"] if s["id"].startswith("degree:"))
    degree["expected"] = "2032-05-24"
    late = json.loads(plan({**LEAVER, "progress": progress})[1])
    jsonschema.validate(late, schema("plan"))
    assert late["arrival"]["likely"] > before["arrival"]["likely"]
    assert late["changes"]
    for moved in late["changes"]:
        assert moved["before"] != moved["after"]
        assert moved["why"]


def test_what_is_not_needed_is_credited_with_the_reason(plan):
    because = "I have patents."
    override = {"id": "milestone:portfolio", "because": because}
    document = json.loads(plan({**LEAVER, "not_needed": [override]})[1])
    assert "milestone:portfolio" not in {step["id"] for step in document["steps"]}
    assert any(because in credit["by"] for credit in document["credited"])


def test_a_pin_is_a_reason(plan):
    free = json.loads(plan(LEAVER)[1])
    step = next(s for s in free["steps"] if s["id"].startswith("skill:"))
    later = f"{int(step['start'][:4]) + 1}-03-01"
    pin = {"id": step["id"], "not_before": later}
    document = json.loads(plan({**LEAVER, "pins": [pin]})[1])
    pinned = next(s for s in document["steps"] if s["id"] == step["id"])
    assert pinned["start"] >= later
    assert pinned["because"]["kind"] == "pinned"


def test_what_would_help_can_be_applied(plan):
    status, out, _ = plan({**LEAVER, "full_time_study": False, "hours_per_week": 5})
    document = json.loads(out)
    jsonschema.validate(document, schema("plan"))
    assert (status, document["status"]) == (1, "impossible")
    assert document["forecast"] is None
    assert {r["kind"] for r in document["would_help"]} == {"hours", "full-time-study"}
    for remedy in document["would_help"]:
        answers = {**LEAVER, "full_time_study": False, "hours_per_week": 5}
        status, out, _ = plan({**answers, **remedy["change"]})
        assert status == 0
        assert json.loads(out)["arrival"]["likely"] == remedy["arrival"]


def test_a_missed_target_date_has_a_chance_and_remedies(plan):
    answers = {**LEAVER, "target_date": "2030-06-01"}
    document = json.loads(plan(answers)[1])
    assert document["chance_of_target_date"] == 0
    assert document["target_date_met"] is False
    kinds = {r["kind"]: r for r in document["would_help"]}
    mended = json.loads(plan({**answers, **kinds["target-date"]["change"]})[1])
    assert mended["target_date_met"] is True


def test_a_background_survives_being_written_and_read(catalogue):
    full = {
        **LEAVER,
        "hours_per_week": 12.5,
        "full_time_study": False,
        "masters": "no",
        "objective": "cheapest",
        "masters_mode": "part-time",
        "pay": 90000,
        "pay_with_masters": 104000.5,
        "bootcamp": "no",
        "pins": [
            {"id": "milestone:internship", "not_before": "2028-06-01"},
            {"id": "skill:python", "exactly": "2027-09-06"},
        ],
        "not_needed": [{"id": "milestone:portfolio", "because": "I have patents."}],
        "progress": {
            "as_of": "2027-12-01",
            "steps": [
                {
                    "id": "skill:python",
                    "mode": "self-study",
                    "start": "2027-09-06",
                    "finish": "2027-11-01",
                    "started": "2027-09-06",
                    "finished": "2027-11-10",
                    "load_hours_per_week": 12.5,
                },
                {
                    "id": "degree:bachelor-26-0101",
                    "mode": "in progress",
                    "start": "2027-09-06",
                    "finish": "2028-05-20",
                    "started": "2027-09-06",
                    "expected": "2029-05-20",
                },
            ],
        },
        "education": [
            {"level": "bachelor", "field": "26.0101", "finished": "2026-05-20"},
            {"level": "master", "field": "30.7001", "expected": "2028-05-20"},
        ],
        "skills": {"python": "solid"},
        "experience": [{"role": "software-developer", "months": 6}],
        "done": ["job-search"],
        "target_date": "2033-06-01",
        "budget": 1000,
        "tuition_per_year": 0,
    }
    jsonschema.validate(full, schema("background"))
    written = write_background(read_background(full, catalogue))
    assert written == full
    assert read_background(written, catalogue) == read_background(full, catalogue)


def test_the_same_background_gives_the_same_bytes(plan):
    assert plan(LEAVER)[1] == plan(LEAVER)[1]


def test_standard_input_will_do(catalogue, monkeypatch):
    monkeypatch.setattr(sys, "stdin", io.StringIO(json.dumps(LEAVER)))
    out = as_terminal()
    call_command("plan", "-", stdout=out)
    assert json.loads(said(out))["career"] == "machine-learning-engineer"


def test_no_plan_is_an_answer_too(plan):
    status, out, err = plan({**LEAVER, "hours_per_week": 0, "full_time_study": False})
    assert (status, err) == (1, "")
    document = json.loads(out)
    jsonschema.validate(document, schema("plan"))
    assert document["status"] == "impossible"
    assert document["arrival"]["likely"] is None
    assert document["obstacles"]


@pytest.mark.parametrize(
    ("change", "field", "nearest"),
    [
        ({"career": "machine-lerning-engineer"}, "career", "machine-learning-engineer"),
        ({"carer": "x"}, "carer", "career"),
        ({"start": "1900-01-01"}, "start", "2000-01-01"),
        ({"start": "2027-02-30"}, "start", "YYYY-MM-DD"),
        ({"start": None}, "start", "needed"),
        ({"hours_per_week": 168}, "hours_per_week", "80"),
        ({"hours_per_week": -1}, "hours_per_week", "0 to 80"),
        ({"hours_per_week": float("nan")}, "hours_per_week", "0 to 80"),
        ({"hours_per_week": True}, "hours_per_week", "0 to 80"),
        ({"full_time_study": "yes"}, "full_time_study", "true or false"),
        ({"masters": "maybe"}, "masters", "either"),
        ({"education": {}}, "education", "list"),
        (
            {"education": [{"level": "bachelors", "finished": "2020-01-01"}]},
            "education[0].level",
            "bachelor",
        ),
        (
            {
                "education": [
                    {"level": "bachelor", "field": "biology", "finished": "2020-01-01"}
                ]
            },
            "education[0].field",
            "26.0101",
        ),
        (
            {
                "education": [
                    {"level": "bachelor", "field": "26.0101", "finished": "2029-01-01"}
                ]
            },
            "education[0].finished",
            "expected",
        ),
        (
            {"education": [{"level": "high-school"}]},
            "education[0].finished",
            "one of the two",
        ),
        ({"skills": {"pyton": "solid"}}, "skills.pyton", "python"),
        ({"skills": {"python": "expert"}}, "skills.python", "some, solid"),
        ({"skills": dict.fromkeys(map(str, range(400)), "some")}, "skills", "200"),
        (
            {"experience": [{"role": "software-develper", "months": 3}]},
            "experience[0].role",
            "software-developer",
        ),
        (
            {"experience": [{"role": "software-developer", "months": 1e9}]},
            "experience[0].months",
            "720",
        ),
        ({"done": ["jobsearch"]}, "done[0]", "job-search"),
        ({"target_date": "2020-01-01"}, "target_date", "later day"),
        ({"budget": -5}, "budget", "0 to"),
    ],
)
def test_bad_input_names_the_field_and_what_to_do(plan, change, field, nearest):
    status, out, err = plan({**LEAVER, **change})
    assert (status, out) == (2, "")
    assert err.startswith(f"{field}: ")
    assert nearest in err
    assert err.count("\n") <= 1
    assert "Traceback" not in err


@pytest.mark.parametrize("text", ["", "{", "[]", "3", "[" * 100_000])
def test_what_is_no_background_is_said_in_one_line(plan, text):
    status, out, err = plan(text)
    assert (status, out) == (2, "")
    assert err.startswith("background: ")
    assert len(err.splitlines()) == 1


def test_a_missing_file_is_said_in_one_line(catalogue, tmp_path):
    err = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("plan", str(tmp_path / "none.json"), stderr=err)
    assert stop.value.code == 2
    assert len(err.getvalue().splitlines()) == 1


def test_without_a_catalogue_it_says_what_to_run(db, tmp_path):
    err = io.StringIO()
    with pytest.raises(SystemExit) as stop:
        call_command("plan", "-", stderr=err)
    assert stop.value.code == 2
    assert "load_catalogue" in err.getvalue()


def test_every_error_is_found_at_once(catalogue):
    with pytest.raises(BadInput) as caught:
        read_background({"career": "x", "start": "y", "budget": "z"}, catalogue)
    assert [error.field for error in caught.value.errors] == [
        "career",
        "start",
        "budget",
    ]


@pytest.mark.parametrize("name", ["text", "markdown"])
def test_prose_says_what_the_document_says(catalogue, name):
    advice = advise(catalogue, read_background(LEAVER, catalogue), {})
    plan = advice.plan
    prose = EXPORTS[name].make(advice, catalogue, Kept()).decode()
    arrival = plan.arrival
    assert arrival is not None
    assert advice.routes
    for route in advice.routes:
        assert route.title.split(",")[0] in " ".join(prose.split())
    assert "Probably between" in prose
    assert f"{arrival:%B %Y}" in prose
    for step in plan.steps:
        assert step.title.split("(")[0] in prose.replace("\\", "")
    assert "not a promise of a job" in " ".join(prose.split())
    if name == "text":
        assert max(map(len, prose.splitlines())) <= 79


def test_the_cheapest_plan_costs_no_more_than_the_earliest(plan):
    earliest = json.loads(plan(LEAVER)[1])
    cheapest = json.loads(plan(LEAVER, "--objective", "cheapest")[1])
    assert (cheapest["cost"] or 0) <= (earliest["cost"] or 0)
    first, last = (
        date.fromisoformat(d["arrival"]["likely"]) for d in (earliest, cheapest)
    )
    assert first <= last


def test_the_document_ends_with_a_line_break(catalogue):
    plan = make_plan(catalogue, read_background(LEAVER, catalogue))
    assert dump(write_plan(plan)).endswith("}\n")
