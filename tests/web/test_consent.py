"""Consent: students choose who sees which roadmap, withdraw, and read who looked."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner import bulk, consenting
from planner.auditing import Action, note
from planner.models import (
    AdvisorNote,
    BulkExportItem,
    Consent,
    Invitation,
    Membership,
    Roadmap,
    RoadmapStanding,
)
from tests.web.people import (
    advisor,
    consent,
    lead,
    member,
    organisation,
    person,
    signed_in,
)
from tests.web.test_kept import kept, text
from tests.web.world import publish

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture
def college():
    return organisation()


@pytest.fixture
def anna(college):
    """An advisor of the college."""
    return advisor(college, "anna")


@pytest.fixture
def ruth():
    return person("ruth")


@pytest.fixture
def student(ruth):
    return signed_in(ruth)


def link_of(college, by=None, email="") -> str:
    now = timezone.now()
    invitation = Invitation.objects.create(
        organisation=college,
        kind=Invitation.Kind.STUDENT,
        email=email,
        made_by=by,
        created_at=now,
        expires_at=now + timedelta(days=30),
    )
    return reverse("planner:invitation", args=[invitation.token])


def listed(client, **query) -> str:
    return text(client.get(reverse("planner:advisors"), query))


def looks_at(advisor, given: Consent):
    return signed_in(advisor).get(
        reverse("planner:student", args=[given.organisation.code, given.code])
    )


class TestAgreeing:
    def test_the_chosen_roadmap_is_seen_from_then_on(
        self, student, ruth, college, anna
    ):
        kept(ruth, "My other way")
        roadmap = kept(ruth)
        link = link_of(college, anna)
        assert "My other way" in text(student.get(link))
        response = student.post(link, {"roadmap": str(roadmap.code)}, follow=True)
        assert response.redirect_chain[-1] == (reverse("planner:advisors"), 303)
        given = Consent.objects.get()
        assert (given.student, given.roadmap, given.advisor) == (ruth, roadmap, anna)
        assert looks_at(anna, given).status_code == 200

    def test_how_it_stands_is_written_if_it_was_not(self, student, ruth, college):
        roadmap = kept(ruth)
        RoadmapStanding.objects.all().delete()
        student.post(link_of(college), {"roadmap": str(roadmap.code)})
        assert RoadmapStanding.objects.get().roadmap == roadmap

    def test_none_yet_is_an_answer_too(self, student, college):
        student.post(link_of(college), {"roadmap": "none"})
        assert Consent.objects.get().roadmap is None
        assert "None for now" in listed(student)

    def test_only_ones_own_roadmaps_are_offered_and_taken(self, student, college):
        theirs = kept(person("tom"), "Tom’s way")
        link = link_of(college)
        assert "Tom’s way" not in text(student.get(link))
        for wrong in (str(theirs.code), "", "x", "\0"):
            response = student.post(link, {"roadmap": wrong})
            assert response.status_code == 422
            assert "Choose one of your roadmaps, or none" in text(response)
        assert not Consent.objects.exists()

    def test_clicking_twice_changes_nothing_and_refuses_nothing(
        self, student, ruth, college
    ):
        roadmap = kept(ruth)
        for link in (link_of(college), link_of(college, email="r@x.org")):
            for answer in (str(roadmap.code), "none", "none"):
                assert student.post(link, {"roadmap": answer}).status_code == 303
        assert Consent.objects.get().roadmap == roadmap

    def test_one_that_was_mailed_is_answered_once(self, student, college):
        link = link_of(college, email="ruth@x.org")
        student.post(link, {"roadmap": "none"})
        other = signed_in(person("tom"))
        assert other.get(link).status_code == 404
        assert other.post(link, {"roadmap": "none"}).status_code == 404
        assert Consent.objects.count() == 1

    def test_who_agreed_already_is_told_so(self, student, college):
        link = link_of(college)
        student.post(link, {"roadmap": "none"})
        assert "see a roadmap already" in text(student.get(link))

    def test_nobody_is_assigned_who_is_no_advisor_there(self, student, college):
        lea = lead(college, "lea")
        member(organisation("Other College"), "lea", Membership.Role.ADVISOR)
        student.post(link_of(college, lea), {"roadmap": "none"})
        assert Consent.objects.get().advisor is None


class TestChoosingAnother:
    def choose(self, client, given, roadmap):
        address = reverse("planner:consent-roadmap", args=[given.code])
        return client.post(address, {"roadmap": roadmap})

    def test_it_is_seen_instead_and_its_review_begins_anew(
        self, student, ruth, college
    ):
        given = consent(college, kept(ruth), review="approved", reviewed_revision=0)
        other = kept(ruth, "My other way")
        RoadmapStanding.objects.filter(roadmap=other).delete()
        assert self.choose(student, given, str(other.code)).status_code == 303
        given.refresh_from_db()
        assert given.roadmap == other
        assert (given.review, given.reviewed_revision) == ("draft", None)
        assert RoadmapStanding.objects.filter(roadmap=other).exists()

    def test_choosing_the_same_changes_nothing(self, student, ruth, college):
        roadmap = kept(ruth)
        given = consent(college, roadmap, review="approved")
        self.choose(student, given, str(roadmap.code))
        given.refresh_from_db()
        assert given.review == "approved"

    def test_none_can_be_shown_for_a_while(self, student, ruth, college, anna):
        given = consent(college, kept(ruth, "My way there"))
        self.choose(student, given, "none")
        assert "My way there" not in text(looks_at(anna, given))

    def test_what_is_wrong_is_said_on_the_page(self, student, ruth, college):
        roadmap = kept(ruth)
        given = consent(college, roadmap)
        theirs = kept(person("tom"))
        response = self.choose(student, given, str(theirs.code))
        assert response.status_code == 422
        assert "Choose one of your roadmaps, or none" in text(response)
        given.refresh_from_db()
        assert given.roadmap == roadmap

    def test_one_that_is_archived_meanwhile_can_stay(self, student, ruth, college):
        roadmap = kept(ruth)
        given = consent(college, roadmap)
        Roadmap.objects.update(archived_at=timezone.now())
        assert self.choose(student, given, str(roadmap.code)).status_code == 303

    def test_consents_of_others_do_not_exist(self, student, college):
        theirs = consent(college, kept(person("tom")))
        assert self.choose(student, theirs, "none").status_code == 404
        address = reverse("planner:consent-withdraw", args=[theirs.code])
        assert student.get(address).status_code == 404
        assert student.post(address).status_code == 404
        assert Client().post(address).status_code == 302
        theirs.refresh_from_db()
        assert theirs.roadmap is not None
        assert theirs.withdrawn_at is None


class TestWithdrawing:
    @pytest.fixture
    def given(self, college, ruth):
        return consent(college, kept(ruth))

    def withdraw(self, client, given):
        address = reverse("planner:consent-withdraw", args=[given.code])
        return client.post(address, follow=True)

    def test_it_is_asked_first_and_says_what_happens(self, student, given, anna):
        address = reverse("planner:consent-withdraw", args=[given.code])
        assert "see nothing of you" in text(student.get(address))
        assert looks_at(anna, given).status_code == 200

    def test_it_holds_with_the_next_request(self, student, given, anna):
        assert looks_at(anna, given).status_code == 200
        shown = text(self.withdraw(student, given))
        assert "sees nothing of yours any more" in shown
        assert looks_at(anna, given).status_code == 404

    def test_clicking_twice_is_as_clicking_once(self, student, given):
        self.withdraw(student, given)
        first = Consent.objects.get().withdrawn_at
        shown = text(self.withdraw(student, given))
        assert "sees nothing of yours any more" in shown
        assert Consent.objects.get().withdrawn_at == first

    def test_files_that_wait_lose_the_student(self, student, given, college, anna):
        order = bulk.order(
            Membership.objects.get(user=anna), [given], "csv", [], timezone.now()
        )
        self.withdraw(student, given)
        [item] = BulkExportItem.objects.filter(export=order)
        assert item.state == BulkExportItem.State.LEFT_OUT

    def test_another_organisation_keeps_what_it_was_given(self, student, given, ruth):
        other = organisation("Other College")
        otto = advisor(other, "otto")
        there = consent(other, given.roadmap)
        self.withdraw(student, given)
        assert looks_at(otto, there).status_code == 200

    def test_whoever_agrees_again_begins_anew(self, student, given, college):
        self.withdraw(student, given)
        student.post(link_of(college), {"roadmap": "none"})
        again = Consent.objects.in_force().get()
        assert again.pk != given.pk
        assert again.code != given.code


class TestThePage:
    def test_nobody_sees_anything_at_first(self, student):
        assert "Nobody but you" in listed(student)
        assert "Nobody yet" in listed(student)

    def test_it_says_who_sees_what_since_when_and_how_many_notes_are_kept(
        self, student, ruth, college, anna
    ):
        given = consent(college, kept(ruth), advisor=anna, review="submitted")
        for number in range(2):
            AdvisorNote.objects.create(
                consent=given, author=anna, made_at=timezone.now(), text=f"No {number}"
            )
        shown = listed(student)
        for part in [
            "Riverside College",
            "My way",
            "Submitted",
            "anna@example.org",
            "Advisors keep 2 notes about you",
        ]:
            assert part in shown
        assert "No 1" not in shown

    def test_it_says_who_looked_with_the_newest_first(
        self, student, ruth, college, anna
    ):
        given = consent(college, kept(ruth))
        by, now = Membership.objects.get(user=anna), timezone.now()
        for number in range(51):
            when = now - timedelta(hours=number)
            note(by, [given], Action.VIEWED, when, f"look {number:02}")
        first, second = listed(student), listed(student, page=2)
        assert first.index("look 00") < first.index("look 49")
        assert "look 50" not in first
        assert "look 50" in second
        assert "(Riverside College) looked at your roadmap" in first

    def test_what_others_are_shown_stays_with_them(self, ruth, college, anna):
        given = consent(college, kept(ruth))
        looks_at(anna, given)
        other = listed(signed_in(person("tom")))
        assert "anna@example.org" not in other
        assert "anna@example.org" in listed(signed_in(ruth))

    def test_the_account_leads_there(self, student):
        assert reverse("planner:advisors") in text(student.get(reverse("account")))

    def test_it_takes_seven_queries_for_one_and_for_ten(
        self, student, ruth, django_assert_num_queries
    ):
        consent(organisation(), kept(ruth))
        with django_assert_num_queries(7):
            listed(student)
        for number in range(9):
            consent(organisation(f"College {number}"), kept(ruth))
        with django_assert_num_queries(7):
            listed(student)


def test_agreeing_needs_a_link_that_holds_even_by_the_back_door(college, ruth):
    now = timezone.now()
    link = Invitation.objects.create(
        organisation=college,
        kind=Invitation.Kind.STUDENT,
        created_at=now,
        expires_at=now,
    )
    with pytest.raises(consenting.Gone):
        consenting.agree(link, ruth, roadmap=None, now=now)
