"""Going back to a version: what it shows, what it does, and what it never loses."""

import pytest
from django.urls import reverse

from planner.building import build_document
from planner.models import CatalogueVersion, Mode, Skill, User
from planner.services import publish_catalogue
from tests import builders_catalogue as build

pytestmark = pytest.mark.django_db


@pytest.fixture
def desk(client):
    """A publisher's browser."""
    client.force_login(User.objects.create_superuser("ruth"))
    return client


@pytest.fixture
def versions():
    """Two versions: Python takes 100 hours in the first, up to 160 in the second."""
    build.small_catalogue()
    first = publish_catalogue()
    Mode.objects.filter(unit="hours").update(high=160)
    return first, publish_catalogue(note="Python takes longer")


def back_to(version):
    return reverse("admin:planner_catalogueversion_revert", args=[version.number])


def text_of(response):
    return response.content.decode().replace("&#x27;", "'")


def filled_in(response, **typed):
    form = response.context["form"]
    return {name: form[name].value() for name in ("draft", "published")} | typed


def test_the_list_leads_to_each_version(desk, versions):
    listed = text_of(desk.get(reverse("admin:planner_catalogueversion_changelist")))
    for version in versions:
        assert f'<a href="{back_to(version)}">Go back to version' in listed


def test_the_difference_is_shown_before_it_is_made(desk, versions):
    first, _second = versions
    shown = desk.get(back_to(first))
    [(_group, [row], _address)] = shown.context["changes"].groups
    assert [(f.label, f.old, f.new) for f in row.what.fields] == [
        ("takes", "100 to 160 hours, likely 100", "100 hours")
    ]
    assert shown.context["lost"] == []
    assert 'name="loses"' not in text_of(shown)
    assert Mode.objects.get(unit="hours").high == 160
    assert CatalogueVersion.objects.count() == 2


def test_the_draft_becomes_that_version_and_is_published_as_a_new_one(desk, versions):
    first, second = versions
    shown = desk.get(back_to(first))
    done = desk.post(
        back_to(first), filled_in(shown, why="The figure was misread"), follow=True
    )
    newest = CatalogueVersion.objects.latest("number")
    assert newest.number == 3
    assert newest.digest == first.digest
    assert newest.document == first.document
    assert newest.note == "Back to version 1: The figure was misread"
    assert newest.published_by == User.objects.get()
    assert f"Version {newest.name} is published." in text_of(done)
    assert Mode.objects.get(unit="hours").high == 100
    second.refresh_from_db()
    assert second.note == "Python takes longer"
    # And forward again, in the same way.
    shown = desk.get(back_to(second))
    desk.post(back_to(second), filled_in(shown, why="It was right"))
    assert CatalogueVersion.objects.latest("number").digest == second.digest
    assert Mode.objects.get(unit="hours").high == 160


def test_edits_that_would_be_lost_are_listed_and_have_to_be_confirmed(desk, versions):
    first, _second = versions
    Skill.objects.update(title="Python 3")
    shown = desk.get(back_to(first))
    [(group, [row], _address)] = shown.context["lost"]
    assert group.title == "Python 3"
    assert [(f.label, f.old, f.new) for f in row.what.fields] == [
        ("title", "Python", "Python 3")
    ]
    refused = desk.post(back_to(first), filled_in(shown, why="Misread"))
    assert refused.status_code == 422
    assert "These edits would be lost." in text_of(refused)
    assert 'value="Misread"' in text_of(refused)
    assert Skill.objects.get().title == "Python 3"
    desk.post(back_to(first), filled_in(refused, why="Misread", loses="on"))
    assert Skill.objects.get().title == "Python"
    assert CatalogueVersion.objects.count() == 3


def test_going_back_to_the_newest_version_takes_all_edits_back(desk, versions):
    _first, second = versions
    Skill.objects.update(title="Python 3")
    build.skill("r")
    shown = desk.get(back_to(second))
    done = desk.post(
        back_to(second), filled_in(shown, why="A trial", loses="on"), follow=True
    )
    assert "there is nothing to publish" in text_of(done)
    assert CatalogueVersion.objects.count() == 2
    assert [skill.title for skill in Skill.objects.all()] == ["Python"]


def test_what_was_edited_after_the_page_was_opened_is_never_lost_unseen(desk, versions):
    first, _second = versions
    shown = desk.get(back_to(first))
    Skill.objects.update(title="Python 3")
    refused = desk.post(back_to(first), filled_in(shown, why="Misread"))
    assert refused.status_code == 422  # it would lose an edit that was not listed
    assert "These edits would be lost." in text_of(refused)
    assert Skill.objects.get().title == "Python 3"


def test_it_is_refused_once_where_the_draft_has_moved_on(desk, versions):
    first, _second = versions
    Skill.objects.update(title="Python 3")
    shown = desk.get(back_to(first))
    Skill.objects.update(title="Python 4")
    answer = filled_in(shown, why="Misread", loses="on")
    refused = desk.post(back_to(first), answer)
    assert refused.status_code == 409
    assert "The draft changed since you looked at it" in text_of(refused)
    assert "Python 4" in text_of(refused)
    assert build_document()["skills"][0]["title"] == "Python 4"
    again = filled_in(refused, why="Misread", loses="on")
    assert desk.post(back_to(first), again).status_code == 302


def test_it_needs_a_reason(desk, versions):
    first, _second = versions
    refused = desk.post(back_to(first), filled_in(desk.get(back_to(first)), why=""))
    assert refused.status_code == 422
    assert "Say why you go back." in text_of(refused)
    assert CatalogueVersion.objects.count() == 2


def test_a_version_that_rows_cannot_be_made_from_changes_nothing(desk, versions):
    _first, second = versions
    document = second.document.replace('"careerpath/catalogue/1"', '"of/old"')
    old = CatalogueVersion.objects.create(number=3, digest="0" * 64, document=document)
    shown = desk.get(back_to(old))
    answer = filled_in(shown, why="Nostalgia", loses="on")
    refused = desk.post(back_to(old), answer)
    assert refused.status_code == 422
    assert "the version cannot be gone back to" in text_of(refused)
    assert CatalogueVersion.objects.count() == 3


def test_a_version_that_is_not_there_is_not_found(desk, versions):
    assert desk.get("/admin/planner/catalogueversion/99/back/").status_code == 404
