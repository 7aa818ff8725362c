"""Files to take along, from the address of a roadmap."""

import re
from urllib.parse import unquote

import pytest
from django.core.cache import cache
from django.test import Client

from planner.exports import EXPORTS
from planner.views.exports import file_response
from tests.ics_reader import read_ics
from tests.web.world import publish

pytestmark = pytest.mark.django_db
ANSWERS = "start=2027-08-15&hours=20"


@pytest.fixture(autouse=True)
def catalogue(db):
    cache.clear()
    return publish()


def test_the_roadmap_leads_to_a_file_of_each_format(client: Client):
    html = client.get(f"/?{ANSWERS}").content.decode()
    found = re.findall(r'<a href="(/plan\.[^"]+)"', html)
    assert len(found) == len(EXPORTS)
    for address in found:
        assert client.get(address.replace("&amp;", "&")).status_code == 200


@pytest.mark.parametrize("format", EXPORTS)
def test_a_file_is_kept_and_is_nobody_elses(client: Client, format):
    export = EXPORTS[format]
    response = client.get(f"/plan.{format}?{ANSWERS}")
    assert response.status_code == 200
    assert response["Content-Type"] == export.media_type
    name = f"machine-learning-engineer-roadmap.{export.suffix}"
    assert response["Content-Disposition"] == (
        f"attachment; filename=\"{name}\"; filename*=UTF-8''{name}"
    )
    assert response["X-Robots-Tag"] == "noindex"
    assert response["Cache-Control"] == "private"
    assert response["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'none'" in response["Content-Security-Policy"]
    assert not response.cookies
    assert client.get(f"/plan.{format}?{ANSWERS}").content == response.content


def test_a_calendar_leads_back_to_the_roadmap(client: Client):
    calendar = read_ics(client.get(f"/plan.ics?{ANSWERS}").content)
    assert calendar.parts[0]["URL"] == f"http://testserver/?{ANSWERS}"


@pytest.mark.parametrize("format", EXPORTS)
def test_no_way_is_a_file_too(client: Client, format):
    answers = "start=2027-08-15&hours=0&fulltime=no"
    assert client.get(f"/plan.{format}?{answers}").status_code == 200


def test_bad_answers_lead_to_the_form(client: Client):
    response = client.get("/plan.pdf?hours=lots")
    assert response.status_code == 302
    assert response["Location"].startswith("/?")


@pytest.mark.parametrize("format", ["docx", "pdf-", "PDF"])
def test_a_format_that_there_is_not_is_not_found(client: Client, format):
    assert client.get(f"/plan.{format}").status_code == 404


def test_nothing_is_changed_by_a_download(client: Client):
    assert client.post("/plan.pdf").status_code == 405


def test_too_many_in_a_minute_have_to_wait(client: Client, settings):
    settings.PLANS_A_MINUTE = 1
    responses = [client.get(f"/plan.csv?{ANSWERS}") for _ in range(3)]
    late = responses[-1]  # a minute may have ended once in between
    assert late.status_code == 429
    assert int(late["Retry-After"]) > 0
    assert "ask for the file again" in late.content.decode()


@pytest.mark.parametrize(
    ("name", "plain", "whole"),
    [
        ("machine-learning-engineer", "machine-learning-engineer-", None),
        ("Şule’s plan", "sules-plan-", "Şule-s-plan-"),
        ("خطة علي", "", "خطة-علي-"),
        ("../../etc/passwd", "etcpasswd-", "etc-passwd-"),
        ('"; filename="evil.exe', "filenameevilexe-", "filename-evil-exe-"),
        ("\r\nSet-Cookie: a=b", "set-cookie-ab-", "Set-Cookie-a-b-"),
        ("CON", "con-", "CON-"),
        ("", "", ""),
    ],
)
def test_the_name_of_a_file_is_safe_in_every_script(name, plain, whole):
    header = file_response(EXPORTS["pdf"], b"", name)["Content-Disposition"]
    found = re.fullmatch(
        r"attachment; filename=\"([a-z0-9_-]+\.pdf)\"; filename\*=UTF-8''([^ ;]+)",
        header,
    )
    assert found, header
    assert found[1] == f"{plain}roadmap.pdf"
    assert unquote(found[2]) == f"{plain if whole is None else whole}roadmap.pdf"
