"""Two editors at once lose nothing: while one publishes or goes back, another saves."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier, Event
from typing import Any

import pytest
from django.db import connection, transaction
from django.urls import reverse

from planner import reviewing, services
from planner.models import CatalogueVersion, Mode, Skill, User
from planner.services import DraftMoved, publish_catalogue, revert_catalogue
from tests import builders_catalogue as build
from tests.web.test_admin import filled_in

pytestmark = pytest.mark.django_db(transaction=True)

SECONDS = 20


@pytest.fixture
def two_connections():
    if connection.vendor == "sqlite":
        # Threads of an in-memory database share one connection and one transaction.
        pytest.skip("needs a database that two connections can open")


@pytest.fixture
def versions():
    build.small_catalogue()
    first = publish_catalogue()
    Mode.objects.filter(unit="hours").update(high=160)
    return first, publish_catalogue(note="Python takes longer")


class Paused:
    """Holds a function just after it has run, until it is let go."""

    def __init__(self, monkeypatch, name: str) -> None:
        self.reached, self.let_go = Event(), Event()
        own = getattr(services, name)

        def paused(*args, **kwargs):
            answer = own(*args, **kwargs)
            if not self.reached.is_set():
                self.reached.set()
                assert self.let_go.wait(SECONDS)
            return answer

        monkeypatch.setattr(services, name, paused)


def elsewhere(do: Callable[[], Any]) -> Callable[[], Any]:
    """Return a function that runs in a thread, and closes that thread's connection."""

    def run() -> Any:
        try:
            return do()
        finally:
            connection.close()

    return run


def test_what_is_saved_while_one_publishes_stays_in_the_draft(
    two_connections, versions, monkeypatch
):
    Mode.objects.filter(unit="hours").update(high=170)
    paused = Paused(monkeypatch, "build_document")
    with ThreadPoolExecutor(1) as pool:
        done = pool.submit(elsewhere(publish_catalogue))
        assert paused.reached.wait(SECONDS)
        Skill.objects.update(title="Python 3")
        paused.let_go.set()
        version = done.result(SECONDS)
    assert '"Python 3"' not in version.document
    assert Skill.objects.get().title == "Python 3"
    [change] = reviewing.review(version.published_at.date()).changes
    assert (change.kind, change.how) == ("skill", "changed")


def test_who_publishes_while_another_goes_back_is_told_that_the_draft_moved(
    two_connections, versions, monkeypatch
):
    first, second = versions
    Skill.objects.update(title="Python 3")
    seen = reviewing.review(second.published_at.date()).seen
    paused = Paused(monkeypatch, "restore_rows")
    with ThreadPoolExecutor(2) as pool:
        going = pool.submit(elsewhere(lambda: revert_catalogue(first, why="misread")))
        assert paused.reached.wait(SECONDS)
        publishing = pool.submit(
            elsewhere(lambda: publish_catalogue(note="mine", seen=seen))
        )
        paused.let_go.set()
        assert going.result(SECONDS).number == 3
        with pytest.raises(DraftMoved):
            publishing.result(SECONDS)
    assert list(CatalogueVersion.objects.values_list("number", flat=True)) == [3, 2, 1]


def test_who_saves_while_another_goes_back_comes_after_it(
    two_connections, versions, monkeypatch
):
    first, _second = versions
    seen = reviewing.way_back(first).seen
    paused = Paused(monkeypatch, "restore_rows")

    def save() -> None:
        with transaction.atomic():
            mode = Mode.objects.select_for_update().get(unit="hours")
            found.append(mode.high)
            Mode.objects.filter(pk=mode.pk).update(high=175)

    found: list[object] = []
    with ThreadPoolExecutor(2) as pool:
        going = pool.submit(
            elsewhere(lambda: revert_catalogue(first, why="misread", seen=seen))
        )
        assert paused.reached.wait(SECONDS)
        saving = pool.submit(elsewhere(save))
        with pytest.raises(TimeoutError):
            saving.result(0.5)
        paused.let_go.set()
        version = going.result(SECONDS)
        saving.result(SECONDS)
    assert version.digest == first.digest
    # The editor met the row as it is now, so the page's check of versions holds.
    assert found == [100]
    assert Mode.objects.get(unit="hours").high == 175


def test_going_back_gives_way_to_whoever_is_saving_just_now(two_connections, versions):
    first, _second = versions
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        Mode.objects.filter(unit="hours").update(high=175)  # and not yet committed
        going = pool.submit(elsewhere(lambda: revert_catalogue(first, why="misread")))
        with pytest.raises(DraftMoved):
            going.result(SECONDS)
    assert Mode.objects.get(unit="hours").high == 175
    assert CatalogueVersion.objects.count() == 2


def test_a_row_that_names_what_goes_keeps_it_there(two_connections, versions):
    first, _second = versions
    skill = build.skill("r")
    career = build.role("writer")
    with ThreadPoolExecutor(1) as pool, transaction.atomic():
        build.requires(career, skill)
        going = pool.submit(elsewhere(lambda: revert_catalogue(first, why="misread")))
        with pytest.raises(DraftMoved):
            going.result(SECONDS)
    assert Skill.objects.filter(slug="r").exists()
    assert CatalogueVersion.objects.count() == 2


def test_of_two_who_go_back_at_once_one_does(two_connections, versions):
    first, _second = versions
    seen = reviewing.way_back(first).seen
    start = Barrier(2)

    def go() -> object:
        start.wait()
        try:
            return revert_catalogue(first, why="misread", seen=seen).number
        except DraftMoved:
            return "moved"

    with ThreadPoolExecutor(2) as pool:
        answers = {pool.submit(elsewhere(go)) for _ in range(2)}
    assert {answer.result() for answer in answers} == {3, "moved"}
    assert CatalogueVersion.objects.count() == 3


def test_a_page_that_was_open_while_one_went_back_is_refused_once(client, versions):
    first, _second = versions
    client.force_login(User.objects.create_superuser("editor"))
    skill = Skill.objects.get()
    page = reverse("admin:planner_skill_change", args=[skill.pk])
    typed = filled_in(client.get(page)) | {"modes-0-high": "180"}
    revert_catalogue(first, why="misread")
    refused = client.post(page, typed)
    shown = refused.content.decode()
    assert "They saved, as High: “100.00”" in shown
    assert 'value="180"' in shown
    assert Mode.objects.get(unit="hours").high == 100
    assert client.post(page, filled_in(refused)).status_code == 302
    assert Mode.objects.get(unit="hours").high == 180
