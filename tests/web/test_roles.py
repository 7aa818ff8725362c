"""Who may open what at the desk: viewer, editor, publisher, and everybody else."""

from typing import Any
from urllib.parse import quote

import pytest
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from planner.models import (
    MODELS,
    AlternateTitle,
    Alternative,
    CatalogueVersion,
    FigureReport,
    Mode,
    Occupation,
    Organisation,
    Point,
    Release,
    Teaching,
    User,
)
from planner.services import publish_catalogue
from tests import builders_catalogue as build
from tests.test_restoring import one_of_each

pytestmark = pytest.mark.django_db

GROUPS = ["viewer", "editor", "publisher"]
NO_ONE = ["anonymous", "visitor", "clerk"]  # clerk: staff, and in no group
EVERYBODY = [*NO_ONE, *GROUPS]

ALL = {"viewer", "editor", "publisher"}
EDITORS = {"editor", "publisher"}
PUBLISHERS = {"publisher"}
NOBODY: set[str] = set()
# The pages that each kind of row has, and who may open them.
OF_A_KIND = {
    "changelist": ALL,
    "add": EDITORS,
    "history": ALL,
    "delete": EDITORS,
    "change": ALL,
    "deleted": ALL,
    "export": ALL,
    "import": EDITORS,
    "put_back": EDITORS,
}
PLAIN = ["changelist", "add", "history", "delete", "change"]
# Edited on the page of who owns them, so they are added there.
BELOW = [Mode, Alternative, Teaching, Occupation, AlternateTitle, Point]
ACCOUNTS = ["account_emailaddress", "mfa_authenticator", "socialaccount_socialaccount"]
PAGES = (
    {
        f"planner_{model._meta.model_name}_{page}": who
        for model in MODELS
        for page, who in OF_A_KIND.items()
    }
    | {f"planner_{model._meta.model_name}_add": NOBODY for model in BELOW}
    | {f"planner_figurereport_{page}": EDITORS for page in PLAIN}
    | {f"planner_release_{page}": ALL for page in PLAIN}
    | {f"planner_catalogueversion_{page}": ALL for page in PLAIN}
    | {f"planner_user_{page}": NOBODY for page in PLAIN}
    | {f"planner_organisation_{page}": NOBODY for page in PLAIN}
    | {f"auth_group_{page}": NOBODY for page in PLAIN}
    | {f"{model}_{page}": NOBODY for model in ACCOUNTS for page in PLAIN}
    | {
        "auth_user_password_change": NOBODY,
        "planner_role_try": ALL,
        "planner_figurereport_add": NOBODY,
        "planner_release_add": NOBODY,
        "planner_release_delete": NOBODY,
        "planner_release_draft": EDITORS,
        "planner_release_import": EDITORS,
        "planner_catalogueversion_add": NOBODY,
        "planner_catalogueversion_delete": NOBODY,
        "planner_catalogueversion_review": ALL,
        "planner_catalogueversion_effect": ALL,
        "planner_catalogueversion_publish": PUBLISHERS,
        "planner_catalogueversion_revert": PUBLISHERS,
    }
)
# Django looks for the row first and asks who it is for then; a number is all it tells.
DJANGOS_OWN = {
    "auth_group_history",
    "planner_catalogueversion_history",
    "planner_figurereport_history",
    "planner_organisation_history",
    "planner_release_history",
    "planner_user_history",
    *(f"{model}_history" for model in ACCOUNTS),
}
READ_ONLY = [*BELOW, CatalogueVersion, Release]
# Open to whoever may sign in; they show nothing of their own.
SHARED = {
    "index",
    "login",
    "logout",
    "password_change",
    "password_change_done",
    "autocomplete",
    "jsi18n",
    "view_on_site",
    "app_list",
}


@pytest.fixture
def rows():
    """A row of every model, and a published version."""
    one_of_each()
    build.milestone("spare")
    publish_catalogue()
    ruth = User.objects.create_superuser("ruth")
    EmailAddress.objects.create(user=ruth, email="ruth@example.org")
    Authenticator.objects.create(user=ruth, type="totp", data={})
    SocialAccount.objects.create(user=ruth, provider="campus", uid="1")
    source = build.source()
    Release.objects.create(kind="onet", edition="30.1", source=source)
    Organisation.objects.create(name="Riverside College")
    FigureReport.objects.create(page="/careers/software-developer/", wrong="The pay.")


@pytest.fixture
def somebody(client):
    """Return a function that gives the browser of somebody with a role."""

    def sign_in(who):
        client.logout()
        if who != "anonymous":
            person = User.objects.create_user(who, is_staff=who != "visitor")
            if who in GROUPS:
                person.groups.add(Group.objects.get(name=who))
            client.force_login(person)
        return client

    return sign_in


CHANGING = (
    *("_add", "_change", "_delete", "_import", "_put_back"),
    *("_draft", "_publish", "_revert"),
)
ABOUT_A_ROW = ("_change", "_delete", "_history", "_revert", "_put_back")


def address(name, *, pk=None):
    """Return the address of a page; of one that is about a row, of the first row."""
    if name.endswith("_export"):
        return reverse(f"admin:{name}", args=["csv"])
    if not name.endswith(ABOUT_A_ROW):
        return reverse(f"admin:{name}")
    model_name = name.split("_")[1]
    model = next(model for model in admin.site._registry if _name(model) == model_name)
    if name == "auth_user_password_change":
        model = User
    row: Any = model._default_manager.first()
    first = row.number if name.endswith("_revert") else row.pk
    more = []
    if name.endswith("_put_back"):
        more = [model_name, row.history.first().history_id]
    return reverse(f"admin:{name}", args=[pk or first, *more])


def _name(model):
    return model._meta.model_name


def test_every_page_of_the_desk_is_in_the_table():
    patterns: list[Any] = list(admin.site.get_urls())
    for own in admin.site._registry.values():
        patterns += own.get_urls()
    found = {name for one in patterns if (name := getattr(one, "name", None))}
    assert found - SHARED == set(PAGES)


@pytest.mark.parametrize("who", EVERYBODY)
def test_pages_open_to_those_they_are_for(rows, somebody, who):
    browser = somebody(who)
    for name, allowed in PAGES.items():
        answer = browser.get(address(name))
        if who in {"anonymous", "visitor"}:
            assert answer.status_code == 302, name
            assert "/admin/login/" in answer["Location"], name
        elif who in allowed:
            # What is only sent leads back to where it is sent from.
            expected = 302 if name.endswith(("_publish", "_draft")) else 200
            assert answer.status_code == expected, name
        else:
            assert answer.status_code == 403, name


@pytest.mark.parametrize("who", EVERYBODY)
def test_what_is_sent_is_taken_from_those_it_is_for(rows, somebody, who):
    browser = somebody(who)
    refused = 302 if who in {"anonymous", "visitor"} else 403
    changing = {
        name: EDITORS & allowed if name.endswith("_change") else allowed
        for name, allowed in PAGES.items()
        if name.endswith(CHANGING)
    }
    changing |= {f"planner_{_name(model)}_change": NOBODY for model in READ_ONLY}
    before = {model: model._default_manager.count() for model in MODELS}
    for name, allowed in changing.items():
        status = browser.post(address(name), {}).status_code
        if who not in allowed:
            assert status == refused, name
        elif name.endswith("_draft"):
            assert status == 302, name  # it says on the list what is lacking
        else:
            # What is empty is refused with a form that says why.
            assert status in {200, 422}, name
    assert {model: model._default_manager.count() for model in MODELS} == before
    assert CatalogueVersion.objects.count() == 1


@pytest.mark.parametrize("who", EVERYBODY)
def test_a_row_that_is_not_there_tells_nothing_to_whom_it_is_not_for(
    rows, somebody, who
):
    browser = somebody(who)
    for name, allowed in PAGES.items():
        if who in allowed or not name.endswith(ABOUT_A_ROW):
            continue
        if name in DJANGOS_OWN:
            continue
        found = []
        for place in (address(name), address(name, pk=987654)):
            answer = browser.get(place)
            # A refusal may name the address that was asked for, and nothing else.
            said = answer.content.decode()
            for written in (quote(place, safe=""), quote(place), place):
                said = said.replace(written, "")
            found.append((answer.status_code, said))
        assert found[0] == found[1], name


def test_the_groups_are_there_after_a_migration_and_get_back_what_was_taken():
    Group.objects.get(name="viewer").permissions.clear()
    Group.objects.get(name="editor").delete()
    call_command("migrate", verbosity=0)
    names = {
        group.name: set(group.permissions.values_list("codename", flat=True))
        for group in Group.objects.all()
    }
    assert names["viewer"] < names["editor"] < names["publisher"]
    assert names["publisher"] - names["editor"] == {
        "publish_catalogueversion",
        "revert_catalogueversion",
    }
    assert "change_mode" in names["editor"]
    assert "delete_source" in names["editor"]
    assert "change_figurereport" in names["editor"]
    assert "view_figurereport" not in names["viewer"]
    assert "view_user" not in names["publisher"]
    assert "view_organisation" not in names["publisher"]
    assert "view_membership" not in names["publisher"]
