"""Links to a roadmap, its calendar's address, its files: who sees what, until when."""

from __future__ import annotations

import io
from datetime import timedelta

import openpyxl
import pikepdf
import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar

from planner.models import CalendarAddress, Share, User
from tests.web.test_kept import kept, page, send, stands, text
from tests.web.world import publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture
def ruth():
    return User.objects.create_user(
        "ruth", "ruth@example.org", "pw", first_name="Ruth", last_name="Øster"
    )


@pytest.fixture
def student(ruth):
    client = Client()
    client.force_login(ruth)
    return client


@pytest.fixture
def roadmap(ruth):
    return kept(ruth)


@pytest.fixture
def stranger():
    return Client()


def link_to(student, roadmap, **form) -> str:
    send(student, roadmap, "roadmap-shares", **({"days": "30"} | form))
    share = Share.objects.latest("pk")
    return reverse("planner:shared", args=[share.token])


class TestLinks:
    def test_whoever_has_it_sees_the_roadmap_and_can_change_nothing(
        self, student, roadmap, stranger
    ):
        send(student, roadmap, "roadmap-mark", "skill-python", mark="finished")
        response = stranger.get(link_to(student, roadmap))
        shown = page(student, roadmap).context["page"]
        assert response.context["page"].headline == shown.headline
        assert response.context["page"].steps == shown.steps
        assert "1 of " in text(response)
        assert "<form" not in text(response)
        assert str(roadmap.code) not in text(response)

    def test_it_is_not_told_to_those_who_read_reports(self, student, roadmap, stranger):
        """What is reported to be wrong names its page, and the desk reads that."""
        link = link_to(student, roadmap)
        html = text(stranger.get(link))
        assert reverse("planner:report") in html
        assert link not in html

    def test_it_follows_the_roadmap(self, student, roadmap, stranger):
        link = link_to(student, roadmap)
        before = stranger.get(link).context["agenda"].done
        send(student, roadmap, "roadmap-mark", "skill-python", mark="finished")
        assert stranger.get(link).context["agenda"].done == before + 1

    def test_notes_and_reasons_are_not_in_it(self, student, roadmap, stranger):
        send(student, roadmap, "roadmap-step", "skill-python", note="Only for me")
        preview = student.get(
            reverse("planner:roadmap-set", args=[roadmap.code, "skill-git"]),
            {"no": "I am ill"},
            follow=True,
        )
        student.post(preview.context["here"], {"revision": 1})
        assert stands(roadmap).background.not_needed
        html = text(stranger.get(link_to(student, roadmap)))
        assert "Only for me" not in html
        assert "I am ill" not in html
        assert "I am ill" in text(page(student, roadmap))

    @pytest.mark.parametrize(
        ("form", "is_told"), [({}, False), ({"with_name": "on"}, True)]
    )
    def test_the_name_is_told_only_if_that_was_chosen(
        self, student, roadmap, stranger, form, is_told
    ):
        html = text(stranger.get(link_to(student, roadmap, **form)))
        assert ("Ruth Øster" in html) is is_told
        assert "ruth@example.org" not in html

    def test_revoked_expired_and_made_up_links_answer_alike(
        self, student, roadmap, stranger
    ):
        link = link_to(student, roadmap)
        share = Share.objects.get()
        send(student, roadmap, "roadmap-revoke", share.code)
        revoked = stranger.get(link)
        Share.objects.update(revoked_at=None, expires_at=timezone.now())
        expired = stranger.get(link)
        made_up = stranger.get(reverse("planner:shared", args=["x" * 60]))
        forged = stranger.get(link[:-3] + "xx/")
        assert {r.status_code for r in (revoked, expired, made_up, forged)} == {404}
        assert revoked.content == expired.content

    def test_it_is_told_to_no_search_engine_and_to_no_other_site(
        self, student, roadmap, stranger
    ):
        response = stranger.get(link_to(student, roadmap))
        assert response["X-Robots-Tag"] == "noindex, nofollow"
        assert response["Referrer-Policy"] == "no-referrer"
        assert "no-store" in response["Cache-Control"]
        assert '<meta name="robots" content="noindex, nofollow">' in text(response)

    def test_those_that_hold_are_listed(self, student, roadmap):
        link = link_to(student, roadmap)
        assert link in text(page(student, roadmap, "roadmap-shares"))
        Share.objects.update(expires_at=timezone.now() - timedelta(1))
        assert link not in text(page(student, roadmap, "roadmap-shares"))

    @pytest.mark.parametrize("days", ["", "0", "99999", "-1", "x"])
    def test_a_time_that_is_not_offered_is_refused_in_words(
        self, student, roadmap, days
    ):
        response = send(student, roadmap, "roadmap-shares", days=days)
        assert response.status_code == 422
        assert "Choose" in text(response)
        assert not Share.objects.exists()

    def test_nobody_else_makes_or_revokes_one(self, student, roadmap):
        link_to(student, roadmap)
        other = Client()
        other.force_login(User.objects.create_user("tom"))
        share = Share.objects.get()
        for view, *args in [
            ("roadmap-shares",),
            ("roadmap-revoke", share.code),
            ("roadmap-calendar",),
        ]:
            address = reverse(f"planner:{view}", args=[roadmap.code, *args])
            assert other.post(address, {"days": "30"}).status_code == 404
        share.refresh_from_db()
        assert share.revoked_at is None


class TestTheCalendar:
    def address(self, student, roadmap) -> str:
        send(student, roadmap, "roadmap-calendar", do="new")
        held = CalendarAddress.objects.get(revoked_at=None)
        return reverse("planner:calendar", args=[held.token])

    def test_a_calendar_finds_every_step_there(self, student, roadmap, stranger):
        response = stranger.get(self.address(student, roadmap))
        assert response["Content-Type"] == "text/calendar; charset=utf-8"
        found = Calendar.from_ical(response.content)
        said = " ".join(str(event["SUMMARY"]) for event in found.walk("VEVENT"))
        for step in stands(roadmap).plan.steps:
            assert step.title in said

    def test_what_moves_replaces_what_was_there(self, student, roadmap, stranger):
        address = self.address(student, roadmap)

        def events():
            found = Calendar.from_ical(stranger.get(address).content)
            return {str(event["UID"]): event for event in found.walk("VEVENT")}

        before = events()
        day = timezone.localdate() + timedelta(weeks=30)
        preview = student.get(
            reverse("planner:roadmap-set", args=[roadmap.code, "skill-python"]),
            {"nb": day.isoformat()},
            follow=True,
        )
        student.post(preview.context["here"], {"revision": 0})
        after = events()
        assert before.keys() == after.keys()
        moved = [u for u in after if after[u]["DTSTART"].dt != before[u]["DTSTART"].dt]
        assert moved
        assert all(
            int(after[u]["SEQUENCE"]) > int(before[u]["SEQUENCE"]) for u in moved
        )

    def test_it_is_told_when_nothing_has_changed(self, student, roadmap, stranger):
        address = self.address(student, roadmap)
        first = stranger.get(address)
        again = stranger.get(
            address, headers={"If-Modified-Since": first["Last-Modified"]}
        )
        assert again.status_code == 304
        strange = stranger.get(address, headers={"If-Modified-Since": "yesterday"})
        assert strange.status_code == 200

    def test_another_address_or_none_ends_the_one_before(
        self, student, roadmap, stranger
    ):
        first = self.address(student, roadmap)
        second = self.address(student, roadmap)
        assert first != second
        assert stranger.get(first).status_code == 404
        assert stranger.get(second).status_code == 200
        send(student, roadmap, "roadmap-calendar", do="revoke")
        assert stranger.get(second).status_code == 404


class TestFiles:
    @pytest.fixture
    def marked(self, student, roadmap):
        send(
            student,
            roadmap,
            "roadmap-step",
            "skill-python",
            finished=timezone.localdate().isoformat(),
            note="=HYPERLINK(1) with Ada 道",
        )
        return roadmap

    def file(self, student, roadmap, format):
        response = page(student, roadmap, "roadmap-export", format)
        assert response.status_code == 200
        assert "attachment" in response["Content-Disposition"]
        assert response["X-Robots-Tag"].startswith("noindex")
        return response.content

    @pytest.mark.parametrize("format", ["json", "text", "markdown", "csv", "ics"])
    def test_each_names_every_step(self, student, marked, format):
        body = self.file(student, marked, format).decode("utf-8-sig")
        body = body.replace("\r\n ", "")
        for step in stands(marked).plan.steps:
            assert step.title in body.replace("\\,", ",")

    def test_the_workbook_has_the_note_as_text(self, student, marked):
        book = openpyxl.load_workbook(io.BytesIO(self.file(student, marked, "xlsx")))
        cells = [c for sheet in book for row in sheet.iter_rows() for c in row]
        assert any("=HYPERLINK(1) with Ada 道" in str(c.value) for c in cells)
        assert all(cell.data_type != "f" for cell in cells)

    def test_the_pdf_is_tagged_and_named(self, student, marked):
        with pikepdf.open(io.BytesIO(self.file(student, marked, "pdf"))) as pdf:
            assert pdf.Root.MarkInfo.Marked
            assert "/StructTreeRoot" in pdf.Root

    def test_the_same_roadmap_gives_the_same_bytes(self, student, marked):
        for format in ("pdf", "ics", "xlsx", "csv", "json"):
            one, other = (self.file(student, marked, format) for _ in range(2))
            assert one == other

    def test_an_unknown_format_is_not_there(self, student, roadmap):
        for format in ("exe", "PDF", "x" * 100):
            assert page(student, roadmap, "roadmap-export", format).status_code == 404
