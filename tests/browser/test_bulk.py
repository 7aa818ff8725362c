"""A file of many students in a browser: ordered, watched, fetched, deleted."""

from __future__ import annotations

import zipfile

import pytest
from allauth.account.models import EmailAddress
from django.urls import reverse
from django.utils.crypto import get_random_string
from playwright.sync_api import Page, expect

from planner import bulk
from planner.bulk import Worker
from tests.web import people
from tests.web.test_kept import kept

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

REFUSED = "Failed to load resource: the server responded with a status of 4"


def test_a_file_is_ordered_watched_and_fetched(site: str, page: Page, look, said):
    college = people.organisation()
    anna = people.advisor(college, "anna")
    secret = get_random_string(20)
    anna.set_password(secret)
    anna.save()
    EmailAddress.objects.create(
        user=anna, email=anna.email, verified=True, primary=True
    )
    for name in ("Ruth", "Tom"):
        people.consent(college, kept(people.person(name.lower(), first_name=name)))
    page.goto(site + reverse("planner:exports", args=[college.code]))
    page.get_by_label("E-mail address").fill(anna.email)
    page.get_by_label("Password").fill(secret)
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.get_by_text("There are none")).to_be_visible()
    look("bulk-none")

    page.goto(site + reverse("planner:export-order", args=[college.code]))
    page.get_by_label("Password").fill(secret)
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_text("Of the 2 students that you chose")).to_be_visible()
    look("bulk-order")
    page.get_by_label("E-mail address").uncheck()
    page.get_by_role("button", name="Order it").click()
    expect(page.get_by_text("It waits for its turn")).to_be_visible()
    look("bulk-waiting")
    page.get_by_role("button", name="Cancel").click()
    expect(page.get_by_text("The file is not made any more")).to_be_visible()
    look("bulk-list")

    page.goto(site + reverse("planner:export-order", args=[college.code]) + "?s=x")
    expect(page.get_by_text("Nobody is chosen")).to_be_visible()
    look("bulk-nobody")
    page.goto(site + reverse("planner:export-order", args=[college.code]))
    for box in page.locator("[type=checkbox]").all():
        box.uncheck()
    page.get_by_label("ZIP of PDFs and calendars").check()
    page.get_by_role("button", name="Order it").click()
    # One of the two is done: the page says so by itself.
    asked = iter([True, False])
    bulk.work(Worker(goes_on=lambda: next(asked)))
    expect(page.get_by_text("It waits for its turn")).to_be_visible()
    expect(page.locator("progress")).to_have_attribute("value", "1")
    bulk.work(Worker())
    expect(page.get_by_text("It is ready, with 2 students in it")).to_be_visible()
    look("bulk-ready")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Fetch the file").click()
    with zipfile.ZipFile(waiting.value.path()) as archive:
        assert len(archive.namelist()) == 4
    page.get_by_role("button", name="Delete the file").click()
    expect(page.get_by_text("The file is deleted")).to_be_visible()
    said[:] = [text for text in said if not text.startswith(REFUSED)]
