"""The story of an account, by keyboard alone, and every page of it for everyone."""

from __future__ import annotations

import re

import pytest
from allauth.mfa.totp.internal import auth
from django.core import mail
from django.core.cache import cache
from django.test import Client
from playwright.sync_api import Page, expect

from planner.models import User

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

ADA = "ada@example.org"
PASSWORD = "correct horse 7"  # noqa: S105 - of an account that lives for a test


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def keys(page: Page):
    """Return what goes to something by the tab key, and types or presses enter."""

    def go(name: str, *, type: str | None = None) -> None:
        for _key in range(60):
            focused = page.evaluate(
                "() => { const e = document.activeElement;"
                "return e.labels?.[0]?.innerText ?? e.innerText ?? '' }"
            )
            if focused.strip() == name:
                break
            page.keyboard.press("Tab")
        else:
            pytest.fail(f"The tab key does not reach “{name}” at {page.url}")
        if type is None:
            send(page)
        else:
            page.keyboard.type(type)

    return go


def send(page: Page) -> None:
    """Press enter, and wait for the page that follows."""
    with page.expect_navigation():
        page.keyboard.press("Enter")


def code() -> str:
    found = re.search(r"^ {4}(\S+)$", str(mail.outbox[-1].body), re.MULTILINE)
    assert found
    return found[1]


def shown(secret: str, *, later: int = 0) -> str:
    counters = list(auth.yield_hotp_counters_from_time())
    now = counters[len(counters) // 2]
    return str(auth.format_hotp_value(auth.hotp_value(secret, now + later)))


def headline(page: Page, text: str) -> None:
    expect(page.get_by_role("heading", level=1)).to_have_text(text)


def test_the_whole_story_by_keyboard(site, page: Page, keys, look):
    page.goto(site)
    keys("Sign in")
    headline(page, "Sign in")
    look("sign-in")
    keys("E-mail address", type="")
    send(page)
    expect(page).to_have_title(re.compile("^Error: "))
    expect(page.get_by_role("alert")).to_be_focused()
    look("sign-in-errors")

    keys("Make an account")
    headline(page, "Make an account")
    look("sign-up")
    keys("E-mail address", type="ada@")
    keys("Password", type="short")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("name@example.org")
    look("sign-up-errors")
    page.goto(f"{site}/account/signup/")
    keys("E-mail address", type=ADA)
    keys("Password", type=PASSWORD)
    send(page)

    headline(page, "Confirm your address")
    expect(page.locator("main")).to_contain_text(ADA)
    look("confirm")
    keys("Code", type="WRNG-CODE")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("This is not the code.")
    look("confirm-errors")
    keys("Send another code")
    expect(page.get_by_role("alert")).to_have_count(0)
    keys("Code", type=code())
    send(page)
    headline(page, "Your account")
    expect(page.locator(".messages")).to_contain_text("You are signed in.")
    look("account")

    keys("Turn on a second factor")
    headline(page, "Second factor")
    look("second-factor-off")
    keys("Turn it on")
    headline(page, "Is it you?")
    look("is-it-you")
    keys("Password", type="wrong")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("This is not your password.")
    look("is-it-you-errors")
    keys("Password", type=PASSWORD)
    send(page)
    headline(page, "Turn the second factor on")
    look("turn-on")
    secret = page.locator(".key").inner_text()
    keys("Code that the app shows", type="000000")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("This is not the code.")
    look("turn-on-errors")
    keys("Code that the app shows", type=shown(secret))
    send(page)
    headline(page, "Recovery codes")
    look("recovery-codes")
    keys("To your account")
    keys("See to the second factor")
    headline(page, "Second factor")
    look("second-factor-on")
    page.goto(f"{site}/account/")
    keys("See where, and sign out there")
    headline(page, "Where you are signed in")
    expect(page.locator(".rows li")).to_contain_text("Chrome, Linux")
    look("sessions")
    page.goto(f"{site}/account/")
    keys("Sign out")
    expect(page.locator(".messages")).to_contain_text("You are signed out.")

    keys("Sign in")
    keys("E-mail address", type=ADA)
    keys("Password", type=PASSWORD)
    send(page)
    headline(page, "Second factor")
    look("second-factor-asked")
    keys("Code", type="000000")
    send(page)
    expect(page.get_by_role("alert")).to_contain_text("This is not the code.")
    look("second-factor-asked-errors")
    keys("Code", type=shown(secret, later=1))
    send(page)
    headline(page, "Your account")


def test_a_forgotten_password_and_a_new_address(site, page: Page, keys, look):
    sign_up(site, page, keys)
    page.goto(f"{site}/account/")
    keys("Sign out")
    page.goto(f"{site}/account/login/")
    keys("I forgot my password")
    headline(page, "Forgot your password?")
    look("forgot")
    page.keyboard.press("Tab")
    keys("E-mail address", type=ADA)
    send(page)
    headline(page, "Write the code")
    look("reset-code")
    keys("Code", type=code())
    send(page)
    headline(page, "Choose a new password")
    look("reset-password")
    keys("New password", type="12345678")
    send(page)
    expect(page.get_by_role("alert")).to_be_focused()
    look("reset-password-errors")
    keys("New password", type="another one 8")
    send(page)
    headline(page, "Your account")

    keys("Change the password")
    headline(page, "Change your password")
    look("change-password")
    page.goto(f"{site}/account/")
    keys("Change the address")
    headline(page, "Change your address")
    look("change-address")
    keys("New e-mail address", type="grace@example.org")
    send(page)
    headline(page, "Is it you?")
    keys("Password", type="another one 8")
    send(page)
    headline(page, "Confirm your address")
    look("confirm-change")
    keys("Code", type=code())
    send(page)
    expect(page.locator(".messages")).to_contain_text("Your e-mail address is")
    assert User.objects.get().email == "grace@example.org"


def test_the_other_pages(site, page: Page, keys, look, said):
    for name, address in {
        "inactive": "/account/inactive/",
        "campus-cancelled": "/account/campus/login/cancelled/",
        "reset-done": "/account/password/reset/done/",
    }.items():
        page.goto(site + address)
        look(name)
    page.goto(f"{site}/account/campus/login/error/")
    look("campus-error")
    sign_up(site, page, keys)
    for name, address in {
        "campus-none": "/account/campus/",
        "sign-out": "/account/logout/",
    }.items():
        page.goto(site + address)
        look(name)
    # Mail to one address ends after ten.
    for _mail in range(10):
        Client().post("/account/password/reset/", {"email": ADA})
    page.goto(f"{site}/account/password/reset/")
    keys("E-mail address", type=ADA)
    send(page)
    headline(page, "Too many attempts")
    look("too-many")
    # The browser itself names answers that say that something was refused.
    said[:] = [text for text in said if not text.startswith("Failed to load resource")]


def test_it_works_with_scripts_off(site, browser):
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{site}/account/signup/")
    page.get_by_label("E-mail address").fill(ADA)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Make an account").click()
    page.get_by_label("Code").fill(code())
    page.get_by_role("button", name="Confirm").click()
    headline(page, "Your account")
    context.close()


def sign_up(site: str, page: Page, keys) -> None:
    page.goto(f"{site}/account/signup/")
    keys("E-mail address", type=ADA)
    keys("Password", type=PASSWORD)
    send(page)
    headline(page, "Confirm your address")
    keys("Code", type=code())
    send(page)
    headline(page, "Your account")
