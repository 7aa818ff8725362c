"""Who may open what at the desk: viewer, editor, publisher, and everybody else."""

from typing import Any
from urllib.parse import quote

import pytest
from django.contrib import admin
from django.contrib.auth.models import Group
from django.core.management import call_command
from django.urls import reverse

from planner.admin.tables import TableAdmin
from planner.models import MODELS, CatalogueVersion, FigureReport, Release, User
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
# The pages that each row has, and who may open them.
OF_A_ROW = {
    "changelist": ALL,
    "add": EDITORS,
    "history": ALL,
    "delete": EDITORS,
    "change": ALL,
}
# Of rows that have a history, and lists that go out and come in as files.
KEPT = {"deleted": ALL, "put_back": EDITORS, "export": ALL, "import": EDITORS}
PAGES = (
    {
        f"planner_{model._meta.model_name}_{page}": who
        for model in MODELS
        if model in admin.site._registry
        for page, who in (OF_A_ROW | KEPT).items()
    }
    | {
        # These rows are edited on the page of their thing, or by a file.
        f"planner_{model._meta.model_name}_add": NOBODY
        for model, admin_class in admin.site._registry.items()
        if isinstance(admin_class, TableAdmin)
    }
    | {
        "planner_role_try": ALL,
        "planner_catalogueversion_changelist": ALL,
        "planner_catalogueversion_change": ALL,
        "planner_catalogueversion_history": ALL,
        "planner_catalogueversion_add": NOBODY,
        "planner_catalogueversion_delete": NOBODY,
        "planner_catalogueversion_review": ALL,
        "planner_catalogueversion_effect": ALL,
        "planner_catalogueversion_publish": PUBLISHERS,
        "planner_catalogueversion_revert": PUBLISHERS,
        **{
            f"planner_release_{page}": ALL
            for page in ("changelist", "change", "history")
        },
        **{f"planner_release_{page}": EDITORS for page in ("import", "draft")},
        **{f"planner_release_{page}": NOBODY for page in ("add", "delete")},
        **{
            f"planner_figurereport_{page}": EDITORS
            for page in ("changelist", "change", "history")
        },
        **{f"planner_figurereport_{page}": NOBODY for page in ("add", "delete")},
        **{f"planner_user_{page}": NOBODY for page in OF_A_ROW},
        "auth_user_password_change": NOBODY,
        **{f"auth_group_{page}": NOBODY for page in OF_A_ROW},
    }
)
SENDING = ("_add", "_change", "_delete", "_draft", "_publish", "_revert")
READ_ONLY = {
    f"planner_{model._meta.model_name}_change"
    for model, admin_class in admin.site._registry.items()
    if model in {CatalogueVersion, Release} or isinstance(admin_class, TableAdmin)
}
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
    Release.objects.create(kind="cip", edition="2020", source=build.source())
    FigureReport.objects.create(page="/sources/", wrong="The date is.")
    User.objects.create_superuser("ruth")


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


def address(name, *, pk=None):
    """Return the address of a page; of one that is about a row, of the first row."""
    model_name = name.split("_")[1]
    if name.endswith("_export"):
        return reverse(f"admin:{name}", args=["csv"])
    if name.endswith(("_change", "_delete", "_history", "_put_back", "_revert")):
        model = next(
            model for model in admin.site._registry if _name(model) == model_name
        )
        if name == "auth_user_password_change":
            model = User
        row: Any = model._default_manager.first()
        if name.endswith("_put_back"):
            record = row.history.first()
            return reverse(f"admin:{name}", args=[row.pk, model_name, record.pk])
        first = row.number if name.endswith("_revert") else getattr(row, "pk", 1)
        return reverse(f"admin:{name}", args=[pk or first])
    return reverse(f"admin:{name}")


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
        name: (EDITORS if name.endswith("_change") else allowed)
        for name, allowed in PAGES.items()
        if name.endswith(SENDING) and name not in READ_ONLY
    }
    changing |= {n: NOBODY for n in changing if n.startswith(("planner_user", "auth"))}
    before = {model: model._default_manager.count() for model in MODELS}
    for name, allowed in changing.items():
        status = browser.post(address(name), {}).status_code
        if who not in allowed:
            assert status == refused, name
        elif name.endswith(("_delete", "_draft")):
            assert status in {200, 302}, name
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
        if who in allowed or not name.endswith(("_change", "_delete", "_revert")):
            continue
        pages = [address(name), address(name, pk=987654)]
        there, not_there = (browser.get(page) for page in pages)
        assert not_there.status_code == there.status_code, name
        # A page names its own address where it asks whether something is wrong.
        there, not_there = (
            answer.content.replace(quote(page).encode(), b"")
            for answer, page in zip((there, not_there), pages, strict=True)
        )
        assert len(not_there) == len(there), name


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
    assert "view_user" not in names["publisher"]
