"""Every address × every method × every kind of person, as planner.permissions says."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import timedelta
from http.cookies import SimpleCookie
from typing import Any
from urllib.parse import quote
from uuid import uuid4

import pytest
from django.core.cache import caches
from django.db import transaction
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from planner import bulk, permissions, talking
from planner.models import (
    CalendarAddress,
    Invitation,
    Membership,
    ReminderSettings,
    SavedView,
    Share,
    User,
)
from planner.permissions import (
    METHODS,
    Actor,
    Answer,
    addresses,
    every_address_has_a_rule,
    rule_of,
)
from tests.web.people import advisor, consent, lead, organisation, person, signed_in
from tests.web.test_kept import kept
from tests.web.world import publish

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

GROUP = re.compile(r"\(\?P<(?P<name>\w+)>[^)]*\)")
PARAMETER = re.compile(r"<(?:\w+:)?(?P<name>\w+)>")
BECAUSE = "Ten years of it"

# What has to be sent so that a form is more than refused.
BODIES: dict[str, dict[str, Any]] = {
    "account_sessions": {"others": "yes"},
    "planner:roadmap-mark": {"mark": "started"},
    "planner:student-agree": {"thing": "skill:git", "because": BECAUSE},
}


@dataclass(frozen=True, kw_only=True)
class World:
    """People, what is the owner's, and what stands in addresses of it."""

    people: dict[Actor, User]
    values: dict[str, Any]
    tokens: dict[str, str]
    elsewhere: dict[str, Any]  # what stands there where a consent was withdrawn

    def values_for(self, actor: Actor) -> dict[str, Any]:
        """Return the ids that somebody asks for: of their own organisation, if any."""
        return self.values | (self.elsewhere if actor == Actor.WITHOUT else {})


@pytest.fixture
def world(db) -> World:
    publish()
    now = timezone.now()
    ruth = person("ruth")
    roadmap = kept(ruth, not_needed=[{"id": "skill:git", "because": BECAUSE}])
    college, other, third = (organisation(n) for n in ("Riverside", "North", "South"))
    ada = advisor(college, "ada")
    former = advisor(college, "former")
    former.memberships.update(left_at=now)
    boss = lead(college, "boss")
    given = consent(college, roadmap)
    withdrawn = consent(third, roadmap, withdrawn_at=now)
    remark = talking.say(
        given, ada, "Well", now=now, step="skill:python", proposal="x", proposed="x"
    )
    share = Share.objects.create(
        roadmap=roadmap, created_at=now, expires_at=now + timedelta(days=1)
    )
    calendar = CalendarAddress.objects.create(roadmap=roadmap, created_at=now)
    reminders = ReminderSettings.objects.create(user=ruth)
    invitation = Invitation.objects.create(
        organisation=college,
        kind="student",
        created_at=now,
        expires_at=now + timedelta(days=1),
        made_by=ada,
    )
    hers = Membership.objects.get(user=ada)
    view = SavedView.objects.create(membership=hers, name="Late", query="status=late")
    export = bulk.order(hers, [given], "csv", ["career"], now)
    bulk.work(bulk.Worker())
    return World(
        people={
            Actor.OWNER: ruth,
            Actor.STUDENT: kept(person("tom")).owner,
            Actor.ADVISOR: ada,
            Actor.WITHOUT: advisor(third, "bea"),
            Actor.FORMER: former,
            Actor.ELSEWHERE: advisor(other, "eve"),
            Actor.LEAD: boss,
            Actor.ADMIN: User.objects.create_superuser("root", "root@example.org"),
        },
        values={
            "code": roadmap.code,
            "key": "skill-python",
            "number": 0,
            "share": share.code,
            "format": "csv",
            "comment": remark.pk,
            "consent": given.code,
            "organisation": college.code,
            "student": given.code,
            "invitation": invitation.code,
            "view": view.pk,
            "membership": hers.pk,
            "export": export.code,
            "slug": "data-scientist",
            "rest": "nothing",
            "provider_id": "campus",
            "object_id": 1,
            "kind": "xlsx",
            "record_id": 1,
            "id": 1,
            "app_label": "planner",
            "content_type_id": 1,
            "url": "nothing",
        },
        tokens={
            "planner:shared": share.token,
            "planner:calendar": calendar.token,
            "planner:stop-reminders": reminders.token,
            "planner:invitation": invitation.token,
        },
        elsewhere={"organisation": third.code, "student": withdrawn.code},
    )


def test_every_address_has_a_rule_and_every_rule_an_address():
    assert every_address_has_a_rule() == []


def test_the_check_fails_for_an_address_that_nobody_thought_of(monkeypatch):
    """It is no check if it cannot fail."""
    less = {k: v for k, v in permissions.RULES.items() if k != "planner:roadmap-delete"}
    monkeypatch.setattr(permissions, "RULES", less | {"planner:gone": permissions.DESK})
    messages = [error.msg for error in every_address_has_a_rule()]
    assert messages == [
        "These addresses have no rule: planner:roadmap-delete.",
        "These rules are of no address: planner:gone.",
    ]


@pytest.mark.parametrize("actor", list(Actor))
def test_every_cell_of_the_table(world: World, actor: Actor):
    client = signed_in(world.people[actor]) if actor in world.people else Client()
    wrong = []
    for name, route in addresses():
        values = world.values_for(actor) | {"token": world.tokens.get(name)}
        for method in METHODS:
            expected = rule_of(name).answer(method, actor)
            response = ask(client, method, path_of(route, values), BODIES.get(name))
            given = answer_of(response)
            is_let_in = given != Answer.SIGN_IN or rule_of(name) is permissions.WAY_IN
            if rule_of(name).decides_itself and expected == Answer.OPEN and is_let_in:
                given = Answer.OPEN
            if given != expected or response.status_code >= 500:
                wrong.append(f"{method} {route}: {response.status_code}, {expected}")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("actor", [a for a in Actor if a != Actor.ANONYMOUS])
def test_what_is_missing_for_somebody_looks_like_what_never_was(
    world: World, actor: Actor
):
    """Every id of an address in turn is one that nobody ever had."""
    client = signed_in(world.people[actor])
    wrong = []
    for name, route in addresses():
        values = world.values_for(actor) | {"token": world.tokens.get(name)}
        path = path_of(route, values)
        for method in ("GET", "POST"):
            if rule_of(name).answer(method, actor) != Answer.MISSING:
                continue
            real = ask(client, method, path, BODIES.get(name))
            for made_up in others_than(route, values):
                other = ask(client, method, made_up, BODIES.get(name))
                if told(real, path) != told(other, made_up):
                    wrong.append(f"{method} {path} and {made_up}")
    assert not wrong, "\n".join(wrong)


def ask(
    client: Client, method: str, path: str, body: dict[str, Any] | None
) -> HttpResponse:
    """Send a request as if it were the only one: whatever it changes is taken back."""
    caches["process"].clear()
    cookies = SimpleCookie(client.cookies)
    with transaction.atomic():
        data = body or {} if method == "POST" else None
        response = (
            client.generic(method, path) if data is None else client.post(path, data)
        )
        if response.streaming:
            response.close()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response  # type: ignore[return-value]


def answer_of(response: HttpResponse) -> Answer:
    if response.status_code == 405:
        return Answer.REFUSED
    if response.status_code == 404:
        return Answer.MISSING
    there = response.headers.get("Location", "").partition("?")[0]
    if there in {reverse("account_login"), reverse("admin:login")}:
        return Answer.SIGN_IN
    return Answer.OPEN


def path_of(route: str, values: dict[str, Any]) -> str:
    def value(found: re.Match[str]) -> str:
        return str(values[found["name"]])

    path = PARAMETER.sub(value, GROUP.sub(value, route))
    return "/" + path.replace("^", "").replace("$", "").replace("\\", "")


def others_than(route: str, values: dict[str, Any]) -> list[str]:
    """Return the address with each of its ids made up in turn."""
    made_up = dict.fromkeys(["comment", "view", "membership", "number"], 10**9)
    found = []
    for match in PARAMETER.finditer(route):
        name = match["name"]
        if name in (
            "organisation",
            "student",
            "code",
            "consent",
            "share",
            "export",
            "invitation",
        ):
            found.append(path_of(route, values | {name: uuid4()}))
        elif name in made_up:
            found.append(path_of(route, values | {name: made_up[name]}))
    return found


def told(response: HttpResponse, path: str) -> tuple[int, str]:
    """Return what is told, but for the address that was asked for."""
    text = response.content.decode()
    for known in (path, quote(path), quote(path, safe="")):
        text = text.replace(known, "")
    return response.status_code, text
