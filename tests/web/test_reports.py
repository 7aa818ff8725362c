"""Reports of wrong figures: sent from any page, kept, handled, and then forgotten."""

from datetime import timedelta

import pytest
from django.core.cache import caches
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner.models import Figure, FigureReport, User
from tests import builders_catalogue as build
from tests.web.world import publish

pytestmark = pytest.mark.django_db

CAREER = "/careers/machine-learning-engineer/"


@pytest.fixture(autouse=True)
def catalogue():
    caches["process"].clear()
    return publish()


def text_of(response):
    return response.content.decode().replace("&#x27;", "'")


def send(client: Client, about: str = CAREER, **answers):
    data = {"wrong": "The pay is of another job."} | answers
    return client.post(f"/report/?about={about}", data)


@pytest.mark.parametrize("path", ["/", "/careers/", CAREER, "/sources/", "/nowhere/"])
def test_every_page_asks_whether_something_is_wrong(client: Client, path):
    assert f'href="/report/?about={path}"' in text_of(client.get(path))


def test_the_form_says_what_it_is_about_and_does_not_ask_about_itself(client: Client):
    html = text_of(client.get(f"/report/?about={CAREER}"))
    assert "the career “Machine learning engineer”" in html
    assert "Median pay" in html
    assert "Is something wrong here?" not in html
    assert "Is something wrong here?" not in text_of(client.get("/report/sent/"))


def test_a_report_is_kept_with_career_figure_page_and_version(
    client: Client, catalogue
):
    role = build.role("machine-learning-engineer")
    figure = Figure.objects.create(
        key="ml-pay-2025", role=role, measure="pay", value=1, source=build.source()
    )
    response = send(
        client,
        which="ml-pay-2025",
        right="$130,000",
        says_so="https://example.org/wages",
        email="ada@example.org",
    )
    assert response.status_code == 303
    report = FigureReport.objects.get()
    assert (report.page, report.role, report.figure) == (CAREER, role, figure)
    assert report.about.startswith("Machine learning engineer: ")
    assert "$120,230" in report.about
    assert report.catalogue_version == catalogue.name
    assert (report.wrong, report.right) == ("The pay is of another job.", "$130,000")
    assert (report.says_so, report.email) == (
        "https://example.org/wages",
        "ada@example.org",
    )
    assert (report.state, report.note) == ("new", "")
    thanks = text_of(client.get(response["Location"]))
    assert f'href="{CAREER}"' in thanks


def test_what_a_page_was_asked_is_not_kept(client: Client):
    send(client, about="/%3Fhours=12%26nb-skill-python=2030-01-01")
    assert FigureReport.objects.get().page == "/"


@pytest.mark.parametrize(
    "about", ["https://example.org/", "//example.org", "javascript:x", "", "x" * 9000]
)
def test_a_page_that_is_none_of_ours_is_never_linked(client: Client, about):
    assert "example.org" not in text_of(client.get("/report/", {"about": about}))
    sent = client.get("/report/sent/", {"about": about})
    assert '<a class="button" href="/">' in text_of(sent)


@pytest.mark.parametrize(
    ("answers", "said"),
    [
        ({"wrong": ""}, "Say what is wrong."),
        ({"email": "ada"}, "Write the address as name@example.org"),
        ({"wrong": "x" * 2001}, "at most 2000 characters"),
        ({"right": "x" * 501}, "at most 500 characters"),
        ({"which": "another"}, "Select a valid choice."),
        ({"leave_empty": "Cheap watches"}, "Empty it, and send again."),
        ({"wrong": "x\0y"}, "Null characters are not allowed."),
    ],
)
def test_a_mistake_is_said_and_nothing_typed_is_lost(client: Client, answers, said):
    typed = {"right": "$130,000", "says_so": "The yearbook, page 7"} | answers
    response = send(client, **typed)
    html = text_of(response)
    assert response.status_code == 422
    assert "<title>Error: " in html
    assert said in html
    assert 'value="The yearbook, page 7"' in html
    assert not FigureReport.objects.exists()


def test_many_reports_from_one_address_have_to_wait_and_keep_what_was_typed(
    client: Client, settings
):
    settings.REPORTS_AN_HOUR = 2
    responses = [send(client, right=f"${number}") for number in range(5)]
    refused = responses[-1]
    assert refused.status_code == 429
    assert 1 <= int(refused["Retry-After"]) <= 3600
    assert "That is many reports in a short time." in text_of(refused)
    assert 'value="$4"' in text_of(refused)
    assert FigureReport.objects.count() < 5
    assert send(Client(REMOTE_ADDR="192.0.2.7")).status_code == 303


def test_a_form_from_elsewhere_is_refused():
    strict = Client(enforce_csrf_checks=True)
    assert strict.post("/report/", {"wrong": "x"}).status_code == 403
    assert not FigureReport.objects.exists()


class TestDesk:
    @pytest.fixture
    def desk(self, client):
        client.force_login(User.objects.create_superuser("editor"))
        return client

    def test_a_report_is_listed_and_leads_to_the_figure_and_the_career(self, desk):
        role = build.role("machine-learning-engineer")
        figure = Figure.objects.create(
            key="ml-pay-2025", role=role, measure="pay", value=1, source=build.source()
        )
        send(Client(), which="ml-pay-2025")
        report = FigureReport.objects.get()
        listed = desk.get(
            reverse("admin:planner_figurereport_changelist"), {"state__exact": "new"}
        )
        assert "The pay is of another job." in text_of(listed)
        page = reverse("admin:planner_figurereport_change", args=[report.pk])
        html = text_of(desk.get(page))
        for row in [role, figure]:
            kind = row._meta.model_name
            assert reverse(f"admin:planner_{kind}_change", args=[row.pk]) in html
        assert f'href="{CAREER}"' in html
        assert " style=" not in html

    def test_an_editor_says_what_became_of_it_and_changes_nothing_else(self, desk):
        send(Client(), email="ada@example.org")
        report = FigureReport.objects.get()
        page = reverse("admin:planner_figurereport_change", args=[report.pk])
        answers = {"state": "corrected", "note": "Read anew.", "wrong": "Another"}
        assert desk.post(page, answers).status_code == 302
        report.refresh_from_db()
        assert (report.state, report.note) == ("corrected", "Read anew.")
        assert report.handled_by == User.objects.get()
        assert report.handled_at is not None
        assert report.wrong == "The pay is of another job."
        add = reverse("admin:planner_figurereport_add")
        assert desk.get(add).status_code == 403

    def test_markup_in_a_report_stays_text(self, desk):
        send(Client(), wrong="<script>alert(1)</script>", right="<b>x</b>")
        report = FigureReport.objects.get()
        page = reverse("admin:planner_figurereport_change", args=[report.pk])
        html = text_of(desk.get(page))
        assert "<script>alert" not in html
        assert "&lt;script&gt;alert" in html


def test_addresses_are_forgotten_ninety_days_after_a_report_is_handled(capsys):
    now = timezone.now()
    for number, (state, days) in enumerate(
        [("corrected", 91), ("not-wrong", 91), ("corrected", 89), ("looked-at", 91)]
    ):
        FigureReport.objects.create(
            page="/",
            wrong=str(number),
            email="ada@example.org",
            state=state,
            handled_at=now - timedelta(days=days),
        )
    FigureReport.objects.create(page="/", wrong="4", email="ada@example.org")
    call_command("forget_reports")
    assert capsys.readouterr().out == "2 addresses forgotten.\n"
    kept = FigureReport.objects.exclude(email="").order_by("wrong")
    assert [report.wrong for report in kept] == ["2", "3", "4"]
