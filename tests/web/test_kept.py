"""Roadmaps that people keep: what is done in them, what moves, and how it is undone."""

from __future__ import annotations

from datetime import date, timedelta
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from planner import keeping
from planner.documents.background import read_background
from planner.engine.background import Mark
from planner.engine.plans import Step
from planner.models import CatalogueVersion, Roadmap, RoadmapChange, User
from planner.queries import published
from tests.web.world import publish, small_catalogue

pytestmark = pytest.mark.django_db

CAREER = "machine-learning-engineer"


@pytest.fixture(autouse=True)
def catalogue(db):
    return publish()


@pytest.fixture
def ruth():
    return User.objects.create_user("ruth", "ruth@example.org", "pw")


@pytest.fixture
def tom():
    return User.objects.create_user("tom", "tom@example.org", "pw")


@pytest.fixture
def student(ruth):
    client = Client()
    client.force_login(ruth)
    return client


def kept(owner: User, name: str = "My way", **answers) -> Roadmap:
    now = published()
    document = {"career": CAREER, "start": timezone.localdate().isoformat()}
    background = read_background(document | answers, now.catalogue)
    return keeping.keep(owner, now, background, name=name, now=timezone.now())


def stands(roadmap: Roadmap) -> keeping.Standing:
    return keeping.standing_of(Roadmap.objects.as_they_stand().get(pk=roadmap.pk))


def page(client: Client, roadmap: Roadmap, view: str = "roadmap", *args, **query):
    return client.get(reverse(f"planner:{view}", args=[roadmap.code, *args]), query)


def send(client: Client, roadmap: Roadmap, view: str, *args, **data):
    fresh = Roadmap.objects.get(pk=roadmap.pk)
    address = reverse(f"planner:{view}", args=[roadmap.code, *args])
    return client.post(address, {"revision": fresh.revision, **data}, follow=True)


def step_of(roadmap: Roadmap, step_id: str) -> Step:
    """A step that is in it."""
    step = stands(roadmap).step(step_id)
    assert step is not None
    return step


def arrival(roadmap: Roadmap) -> date:
    day = stands(roadmap).plan.arrival
    assert day is not None
    return day


def text(response) -> str:
    return str(response.content.decode())


class TestKeeping:
    def test_what_is_kept_is_the_plan_that_was_shown(self, student, ruth):
        shown = student.get("/", {"hours": "12"}).context["page"]
        response = student.post(
            reverse("planner:keep") + "?hours=12", {"name": "Mine"}, follow=True
        )
        roadmap = Roadmap.objects.get(owner=ruth)
        assert roadmap.name == "Mine"
        assert response.redirect_chain[-1][0] == roadmap.get_absolute_url()
        assert response.context["page"].headline == shown.headline
        assert response.context["page"].steps == shown.steps
        assert stands(roadmap).background.hours_per_week == 12

    def test_a_name_is_asked_for_and_what_was_typed_stays(self, student):
        response = student.post(reverse("planner:keep"), {"name": " "})
        assert response.status_code == 422
        assert "Give the roadmap a name" in text(response)
        response = student.post(reverse("planner:keep"), {"name": "x" * 121})
        assert "x" * 121 in text(response)
        assert not Roadmap.objects.exists()

    def test_answers_that_make_no_plan_lead_back_to_the_form(self, student):
        response = student.get(reverse("planner:keep"), {"hours": "many"})
        assert response.status_code == 302
        assert response["Location"].startswith("/?")

    def test_the_list_says_what_is_to_do(self, student, ruth):
        kept(ruth)
        response = student.get(reverse("planner:roadmaps"))
        assert "My way" in text(response)
        [row] = response.context["rows"]
        assert row["agenda"].now or row["agenda"].soon

    def test_the_list_takes_the_same_number_of_queries_for_many(
        self, student, ruth, django_assert_num_queries
    ):
        for number in range(3):
            kept(ruth, f"Way {number}")
        student.get(reverse("planner:roadmaps"))
        with django_assert_num_queries(4):  # session, person, memberships, roadmaps
            student.get(reverse("planner:roadmaps"))

    def test_a_page_takes_at_most_six_queries(
        self, student, ruth, django_assert_max_num_queries
    ):
        roadmap = kept(ruth)
        page(student, roadmap)
        with django_assert_max_num_queries(6):
            page(student, roadmap)

    def test_a_name_in_any_script_is_text(self, student, ruth):
        roadmap = kept(ruth, "<b>مسار</b> 道 🙂 =1+1")
        assert "&lt;b&gt;مسار&lt;/b&gt; 道 🙂 =1+1" in text(page(student, roadmap))


class TestOtherPeople:
    def test_ones_roadmaps_are_not_there_for_anybody_else(self, client, ruth, tom):
        roadmap = kept(ruth)
        client.force_login(tom)
        nothing = "00000000-0000-4000-8000-000000000000"
        for name, *args in [
            ("roadmap",),
            ("roadmap-step", "skill-python"),
            ("roadmap-change",),
            ("roadmap-answers",),
            ("roadmap-own",),
            ("roadmap-history",),
            ("roadmap-rename",),
            ("roadmap-delete",),
        ]:
            theirs = client.get(reverse(f"planner:{name}", args=[roadmap.code, *args]))
            nobodys = client.get(reverse(f"planner:{name}", args=[nothing, *args]))
            assert (theirs.status_code, nobodys.status_code) == (404, 404)
            assert theirs.content == nobodys.content.replace(
                nothing.encode(), str(roadmap.code).encode()
            )
        for name in ("undo", "redo", "archive", "restore", "duplicate", "delete"):
            address = reverse(f"planner:roadmap-{name}", args=[roadmap.code])
            assert client.post(address, {"revision": 0}).status_code == 404
        assert Roadmap.objects.count() == 1

    def test_who_is_not_signed_in_is_asked_to(self, client, ruth):
        roadmap = kept(ruth)
        response = page(client, roadmap)
        assert response.status_code == 302
        assert "login" in response["Location"]


class TestProgress:
    def test_a_step_is_marked_by_one_button_and_the_plan_stays(self, student, ruth):
        roadmap = kept(ruth)
        before = stands(roadmap).plan
        response = send(
            student, roadmap, "roadmap-mark", "skill-python", mark="finished"
        )
        assert "Marked “Python” as done" in text(response)
        after = stands(roadmap)
        assert after.marks["skill:python"] == Mark(finished=timezone.localdate())
        assert after.plan == before
        assert response.context["agenda"].done == 1
        known = {s.title: s.is_there for s in response.context["agenda"].skills}
        assert known["Python"]

    def test_dates_and_a_note_are_kept(self, student, ruth):
        roadmap = kept(ruth)
        today = timezone.localdate()
        response = send(
            student,
            roadmap,
            "roadmap-step",
            "skill-python",
            started=today.isoformat(),
            expected=(today + timedelta(days=90)).isoformat(),
            note="With <b>Ada</b>\nevery Monday",
        )
        assert "as started on" in text(response)
        assert "With &lt;b&gt;Ada&lt;/b&gt;<br>every Monday" in text(response)
        expected = stands(roadmap).marks["skill:python"].expected
        assert expected == today + timedelta(days=90)

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"started": "2999-01-01"}, "yet to come"),
            ({"finished": "2999-01-01"}, "yet to come"),
            ({"finished": "yesterday"}, "Write the day as"),
            ({"finished": "0001-01-01"}, "too long ago"),
            ({"expected": "2999-01-01"}, "Say when it was started"),
            (
                {"started": "2026-05-01", "finished": "2026-04-01"},
                "before it was started",
            ),
            (
                {
                    "started": "2026-05-01",
                    "finished": "2026-06-01",
                    "expected": "2999-01-01",
                },
                "leave this empty",
            ),
            ({"started": "2026-05-01", "expected": "2026-05-02"}, "a day to come"),
            ({"started": "2026-05-01", "expected": "2999-01-01"}, "15 years"),
            ({"note": "x" * 10_001}, "at most 10000 characters"),
        ],
    )
    def test_nonsense_is_refused_in_words_and_what_was_typed_stays(
        self, student, ruth, given, words
    ):
        roadmap = kept(ruth)
        response = send(student, roadmap, "roadmap-step", "skill-python", **given)
        assert response.status_code == 422
        assert words in text(response)
        assert "<title>Error: " in text(response)
        for value in given.values():
            assert value in text(response)
        assert RoadmapChange.objects.count() == 1

    def test_saving_nothing_new_is_no_change(self, student, ruth):
        roadmap = kept(ruth)
        response = send(student, roadmap, "roadmap-step", "skill-python", note="")
        assert "Nothing was changed" in text(response)
        assert RoadmapChange.objects.count() == 1

    def test_a_step_that_is_not_in_it_is_not_there(self, student, ruth):
        roadmap = kept(ruth)
        for key in ("skill-nothing", "x", "python"):
            assert page(student, roadmap, "roadmap-step", key).status_code == 404
            response = send(student, roadmap, "roadmap-mark", key, mark="finished")
            assert response.status_code == 404


class TestReplanning:
    def late(self, ruth, weeks: int = 20) -> Roadmap:
        """A roadmap that began long ago, in which nothing was done since."""
        start = timezone.localdate() - timedelta(weeks=weeks)
        return kept(ruth, start=start.isoformat())

    def test_who_is_late_sees_what_moves_and_accepts_it(self, student, ruth):
        roadmap = self.late(ruth)
        before, arrives = stands(roadmap).plan, arrival(roadmap)
        shown = page(student, roadmap)
        assert "See what that moves" in text(shown)
        preview = page(student, roadmap, "roadmap-change")
        assert stands(roadmap).plan == before
        assert preview.context["page"].rows
        assert "instead of" in text(preview)
        accepted = student.post(
            preview.context["here"], {"revision": roadmap.revision}, follow=True
        )
        assert "Planned anew as of" in text(accepted)
        after = stands(roadmap).plan
        assert arrival(roadmap) > arrives
        assert all(
            step.start >= timezone.localdate() - timedelta(7) for step in after.steps
        )
        again = page(student, roadmap, "roadmap-change")
        assert "No step moves" in text(again)
        assert "Accept this" not in text(again)

    def test_what_is_done_stays_where_it_really_was(self, student, ruth):
        roadmap = self.late(ruth)
        done = timezone.localdate() - timedelta(weeks=12)
        send(
            student, roadmap, "roadmap-step", "skill-python", finished=done.isoformat()
        )
        preview = page(student, roadmap, "roadmap-change")
        student.post(preview.context["here"], {"revision": 1})
        python = step_of(roadmap, "skill:python")
        assert abs((python.finish - done).days) <= 7
        shown = page(student, roadmap)
        assert shown.context["agenda"].states["skill:python"].kind == "done"

    def test_a_date_of_ones_own(self, student, ruth):
        roadmap = kept(ruth)
        day = timezone.localdate() + timedelta(weeks=30)
        preview = student.get(
            reverse("planner:roadmap-set", args=[roadmap.code, "skill-python"]),
            {"nb": day.isoformat(), "ex": "", "no": ""},
            follow=True,
        )
        assert "“Python” not before" in text(preview)
        assert not stands(roadmap).background.pins
        student.post(preview.context["here"], {"revision": roadmap.revision})
        assert step_of(roadmap, "skill:python").start >= day
        shown = page(student, roadmap, "roadmap-step", "skill-python")
        assert day.isoformat() in text(shown)
        gone = student.get(
            reverse("planner:roadmap-set", args=[roadmap.code, "skill-python"]),
            {"nb": "", "ex": "", "no": ""},
            follow=True,
        )
        assert "no date of its own any more" in text(gone)

    def test_what_is_not_needed_is_listed_with_its_reason(self, student, ruth):
        roadmap = kept(ruth)
        preview = student.get(
            reverse("planner:roadmap-set", args=[roadmap.code, "skill-python"]),
            {"no": "I teach it <i>myself</i>"},
            follow=True,
        )
        shown = student.post(
            preview.context["here"], {"revision": roadmap.revision}, follow=True
        )
        assert stands(roadmap).step("skill:python") is None
        assert "I teach it &lt;i&gt;myself&lt;/i&gt;" in text(shown)
        [(title, because, address, agreed)] = shown.context["overrides"]
        assert agreed is None
        assert (title, because) == ("Python", "I teach it <i>myself</i>")
        student.post(student.get(address).context["here"], {"revision": 1})
        assert stands(roadmap).step("skill:python") is not None

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"nb": "2027-13-01"}, "Write the day as"),
            ({"nb": "2027-01-01", "ex": "2027-01-01"}, "one of the two"),
            ({"nb": "1066-01-01"}, "from 2000 to 2100"),
            ({"no": "x" * 501}, "at most 500"),
        ],
    )
    def test_a_wrong_date_is_refused_in_words(self, student, ruth, given, words):
        roadmap = kept(ruth)
        response = page(student, roadmap, "roadmap-set", "skill-python", **given)
        assert response.status_code == 422
        assert words in text(response)

    def test_a_step_of_ones_own_is_added_changed_and_removed(self, student, ruth):
        roadmap = kept(ruth)
        preview = student.get(
            reverse("planner:roadmap-own", args=[roadmap.code]),
            {
                "title": "Learn <German>",
                "takes": "100",
                "unit": "hours",
                "needs": ["skill:python"],
                "own": "See what that moves",
            },
            follow=True,
        )
        assert "Added “Learn &lt;German&gt;”" in text(preview)
        student.post(preview.context["here"], {"revision": 0})
        german = step_of(roadmap, "milestone:own-1")
        assert german.title == "Learn <German>"
        assert german.start >= step_of(roadmap, "skill:python").finish
        shown = page(student, roadmap, "roadmap-step", "milestone-own-1")
        assert "A step of your own" in text(shown)
        form = page(student, roadmap, "roadmap-own", slug="own-1")
        assert "Learn &lt;German&gt;" in text(form)
        gone = page(student, roadmap, "roadmap-change", drop="own-1")
        assert "Removed “Learn &lt;German&gt;”" in text(gone)
        student.post(gone.context["here"], {"revision": 1})
        assert stands(roadmap).step("milestone:own-1") is None

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ({"title": "", "takes": "4", "unit": "weeks"}, "Say in a few words"),
            ({"title": "x" * 121, "takes": "4", "unit": "weeks"}, "at most 120"),
            ({"title": "x", "takes": "", "unit": "weeks"}, "Say how long"),
            ({"title": "x", "takes": "long", "unit": "weeks"}, "Write a number"),
            ({"title": "x", "takes": "nan", "unit": "weeks"}, "a number"),
            ({"title": "x", "takes": "-4", "unit": "weeks"}, "above 0"),
            ({"title": "x", "takes": "521", "unit": "weeks"}, "up to 520"),
            ({"title": "x", "takes": "4", "unit": "years"}, "Choose weeks or hours"),
            (
                {
                    "title": "x",
                    "takes": "4",
                    "unit": "weeks",
                    "needs": f"role:{CAREER}",
                },
                "cannot wait for that",
            ),
        ],
    )
    def test_nonsense_of_ones_own_is_refused_in_words(
        self, student, ruth, given, words
    ):
        roadmap = kept(ruth)
        response = page(student, roadmap, "roadmap-own", own="1", **given)
        assert response.status_code == 422
        assert words in text(response)
        direct = page(student, roadmap, "roadmap-change", **given, own="own-1")
        assert direct.status_code == 422
        assert words in text(direct)

    def test_other_answers_are_shown_before_they_are_taken(self, student, ruth):
        roadmap = kept(ruth, hours_per_week=10)
        form = page(student, roadmap, "roadmap-answers")
        assert form.context["form"].background == stands(roadmap).background
        answers = form.context["form"].answers.copy()
        answers["hours"], answers["see"] = "30", "yes"
        preview = student.post(form.request["PATH_INFO"], answers, follow=True)
        assert "Changed answers: free hours." in text(preview)
        student.post(preview.context["here"], {"revision": 0})
        assert stands(roadmap).background.hours_per_week == 30

    def test_answers_without_a_way_there_are_not_taken(self, student, ruth):
        roadmap = kept(ruth)
        form = page(student, roadmap, "roadmap-answers")
        answers = form.context["form"].answers.copy()
        answers["hours"], answers["fulltime"], answers["see"] = "0", "no", "yes"
        preview = student.post(form.request["PATH_INFO"], answers, follow=True)
        assert "there is no way there" in text(preview)
        assert "Accept this" not in text(preview)
        before = stands(roadmap).plan
        student.post(preview.context["here"], {"revision": 0})
        assert stands(roadmap).plan == before

    def test_a_character_that_no_database_keeps_is_left_out(self, student, ruth):
        roadmap = kept(ruth)
        query = {"no-skill-python": "Not\x00 for me"}
        preview = page(student, roadmap, "roadmap-change", **query)
        student.post(preview.context["here"], {"revision": 0})
        [override] = stands(roadmap).background.not_needed
        assert override.because == "Not for me"


class TestANewerCatalogue:
    def publish_longer_search(self) -> CatalogueVersion:
        document = small_catalogue()
        for milestone in document["milestones"]:
            if milestone["slug"] == "job-search":
                for mode in milestone["modes"]:
                    mode["takes"] |= {"likely": 20, "high": 30}
        return publish(document)

    def test_the_roadmap_stays_and_a_quiet_note_leads_to_the_difference(
        self, student, ruth
    ):
        roadmap = kept(ruth)
        before, arrives = stands(roadmap).plan, arrival(roadmap)
        assert "were renewed" not in text(page(student, roadmap))
        newer = self.publish_longer_search()
        shown = page(student, roadmap)
        assert "were renewed" in text(shown)
        assert stands(roadmap).plan == before
        preview = page(student, roadmap, "roadmap-change", version=newer.name)
        assert preview.context["page"].rows
        student.post(preview.context["here"], {"revision": 0})
        after = stands(roadmap)
        assert after.published.version == newer.name
        assert arrival(roadmap) > arrives
        assert "were renewed" not in text(page(student, roadmap))

    def test_what_it_stands_on_and_is_no_more_is_said(self, student, ruth):
        roadmap = kept(ruth, skills={"python": "some"})
        document = small_catalogue()
        document["skills"] = [s for s in document["skills"] if s["slug"] != "python"]
        for kind in ("degrees", "roles", "skills", "milestones"):
            for thing in document[kind]:
                thing["teaches"] = [
                    t for t in thing.get("teaches", []) if t["skill"] != "python"
                ]
                thing["requires"] = [
                    r
                    for r in thing.get("requires", [])
                    if "skill:python" not in {a.get("thing") for a in r["alternatives"]}
                ]
        newer = publish(document)
        response = page(student, roadmap, "roadmap-change", version=newer.name)
        assert response.status_code == 422
        assert "“python” is no skill that we know" in text(response)
        assert page(student, roadmap).status_code == 200


class TestGoingBack:
    def test_every_change_is_undone_and_done_again(self, student, ruth):
        roadmap = kept(ruth)
        states = [stands(roadmap)]
        send(student, roadmap, "roadmap-mark", "skill-python", mark="finished")
        states.append(stands(roadmap))
        send(student, roadmap, "roadmap-rename", name="Another name")
        states.append(stands(roadmap))
        send(student, roadmap, "roadmap-step", "skill-python", note="Only a note")
        states.append(stands(roadmap))

        def gist(s):
            return s.change.pk, s.roadmap.name, s.marks, s.notes, s.plan

        for state in reversed(states[:-1]):
            assert "Undone" in text(send(student, roadmap, "roadmap-undo"))
            assert gist(stands(roadmap)) == gist(state)
        assert "nothing more" in text(send(student, roadmap, "roadmap-undo"))
        for state in states[1:]:
            assert "Done again" in text(send(student, roadmap, "roadmap-redo"))
            assert gist(stands(roadmap)) == gist(state)
        assert "nothing more" in text(send(student, roadmap, "roadmap-redo"))

    def test_what_was_undone_stays_in_the_history_for_good(self, student, ruth):
        roadmap = kept(ruth)
        send(student, roadmap, "roadmap-mark", "skill-python", mark="finished")
        send(student, roadmap, "roadmap-undo")
        send(student, roadmap, "roadmap-rename", name="After")
        shown = page(student, roadmap, "roadmap-history")
        changes = [(c.what, holds) for c, holds in shown.context["changes"]]
        assert changes[0] == ("Renamed from “My way” to “After”.", True)
        assert changes[1][1] is False
        undone = shown.context["changes"][1][0]
        send(student, roadmap, "roadmap-go-to", undone.number)
        assert "skill:python" in stands(roadmap).marks
        assert stands(roadmap).roadmap.name == "My way"


class TestTwoTabs:
    def test_the_later_save_shows_both_and_loses_nothing(self, student, ruth):
        roadmap = kept(ruth)
        address = reverse("planner:roadmap-step", args=[roadmap.code, "skill-python"])
        student.post(address, {"revision": 0, "note": "From the first tab"})
        response = student.post(address, {"revision": 0, "note": "From the second"})
        assert response.status_code == 409
        assert "Wrote a note to “Python”" in text(response)
        assert "From the second" in text(response)
        assert stands(roadmap).notes == {"skill:python": "From the first tab"}
        revision = response.context["roadmap"].revision
        student.post(address, {"revision": revision, "note": "From the second"})
        assert stands(roadmap).notes == {"skill:python": "From the second"}

    @pytest.mark.parametrize("revision", ["", "x", "-1", "9" * 20, "1.5", "７"])
    def test_a_revision_that_is_none_saves_nothing(self, student, ruth, revision):
        roadmap = kept(ruth)
        send(student, roadmap, "roadmap-rename", name="New")
        address = reverse("planner:roadmap-undo", args=[roadmap.code])
        assert student.post(address, {"revision": revision}).status_code == 409
        assert stands(roadmap).roadmap.name == "New"

    def test_undoing_on_an_old_page_is_refused_too(self, student, ruth):
        roadmap = kept(ruth)
        send(student, roadmap, "roadmap-rename", name="New")
        address = reverse("planner:roadmap-undo", args=[roadmap.code])
        assert student.post(address, {"revision": 0}).status_code == 409
        assert stands(roadmap).roadmap.name == "New"


class TestTheWhole:
    def test_a_copy_is_its_own(self, student, ruth):
        roadmap = kept(ruth)
        send(student, roadmap, "roadmap-step", "skill-python", note="Mine")
        send(student, roadmap, "roadmap-duplicate")
        copy = Roadmap.objects.exclude(pk=roadmap.pk).get()
        assert copy.name == "My way (copy)"
        assert stands(copy).notes == {"skill:python": "Mine"}
        assert stands(copy).plan == stands(roadmap).plan
        send(student, copy, "roadmap-step", "skill-python", note="Theirs")
        assert stands(roadmap).notes == {"skill:python": "Mine"}

    def test_archived_and_restored(self, student, ruth):
        roadmap = kept(ruth)
        response = send(student, roadmap, "roadmap-archive")
        assert response.context["rows"] == []
        assert "This roadmap is archived" in text(page(student, roadmap))
        response = send(student, roadmap, "roadmap-restore")
        assert len(response.context["rows"]) == 1

    def test_deleted_after_a_question_with_all_that_is_its(self, student, ruth):
        roadmap = kept(ruth)
        send(student, roadmap, "roadmap-rename", name="New")
        assert "2 changes" in text(page(student, roadmap, "roadmap-delete"))
        send(student, roadmap, "roadmap-delete")
        assert not Roadmap.objects.exists()
        assert not RoadmapChange.objects.exists()

    def test_two_to_four_are_compared(self, student, ruth):
        today = timezone.localdate()
        ways = [
            kept(ruth, f"Way {n}", start=(today + timedelta(n)).isoformat())
            for n in (730, 365, 0)
        ]
        response = student.get(
            reverse("planner:roadmaps-compare"), {"r": [str(w.code) for w in ways]}
        )
        shown = response.context["page"]
        assert [c.name for c in shown.columns] == ["Way 730", "Way 365", "Way 0"]
        assert shown.rows
        assert "earlier" in shown.columns[1].difference
        assert len(shown.rows) + shown.same >= len(stands(ways[0]).plan.steps)

    @pytest.mark.parametrize("codes", [[], ["x"], ["1", "2", "3"]])
    def test_fewer_than_two_are_refused_in_words(self, student, codes):
        address = reverse("planner:roadmaps-compare")
        response = student.get(address, {"r": codes}, follow=True)
        assert "Choose two to four" in text(response)


def test_the_plan_of_a_day_long_past_is_read_as_it_was(student, ruth):
    """Today's rules about what may be typed do not apply to what was kept."""
    roadmap = kept(ruth, start="2019-09-02")
    assert stands(roadmap).plan.start == date(2019, 9, 2)
    assert page(student, roadmap).status_code == 200
    assert page(student, roadmap, "roadmap-answers").context["form"].is_valid()


NAMES = st.sampled_from(
    [
        *("started", "finished", "expected", "note", "revision", "name", "mark"),
        *("as_of", "answers", "own", "drop", "slug", "version", "title", "takes"),
        *("unit", "needs", "nb", "ex", "no", "nb-skill-python", "ex-skill-python"),
        *("no-skill-python", "nb-skill-nothing", "hours", "start", "career", "days"),
        *("nb-milestone-own-1", f"no-role-{CAREER}", "r", "e1", "e1d", "with_name"),
    ]
)
VALUES = st.one_of(
    st.text(max_size=20),
    st.sampled_from(["", "0", "-1", "1e400", "nan", "own-1", "weeks", "skill:python"]),
    st.sampled_from(["2027-01-01", "0001-01-01", "9999-12-31", "2027-02-30", "yes"]),
    st.sampled_from(["\x00", "\ud800", "=1+1", "<script>", "٣", "9" * 400]),
)
VIEWS = [
    *("roadmap", "roadmap-change", "roadmap-answers", "roadmap-own", "roadmap-undo"),
    *("roadmap-redo", "roadmap-rename", "roadmap-history", "roadmap-shares"),
    *("roadmap-calendar", "roadmap-duplicate", "roadmaps", "keep", "roadmaps-compare"),
    *("roadmap-step skill-python", "roadmap-mark skill-python"),
    *("roadmap-set skill-python", "roadmap-step role-x", "roadmap-go-to 0"),
]


@settings(
    max_examples=250,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    view=st.sampled_from(VIEWS),
    given_=st.dictionaries(NAMES, VALUES, max_size=6),
    is_post=st.booleans(),
)
def test_nothing_that_is_sent_makes_an_error_page(student, ruth, view, given_, is_post):
    roadmap = Roadmap.objects.first() or kept(ruth)
    name, *args = view.split()
    code = (
        [roadmap.code] if name.startswith("roadmap") and name[7:8] in ("", "-") else []
    )
    if name == "roadmaps-compare":
        code = []
    address = reverse(f"planner:{name}", args=[*code, *args])
    body = urlencode(given_, errors="surrogatepass")
    form = "application/x-www-form-urlencoded"
    response = (
        student.post(address, body, form)
        if is_post
        else student.get(f"{address}?{body}")
    )
    assert response.status_code < 500
    assert page(student, roadmap).status_code == 200
