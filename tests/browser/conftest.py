"""What the tests in the browser share: a catalogue, a watched page, a way in, axe."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import axe_playwright_python
import pytest
from django.core.management import call_command
from django.utils.crypto import get_random_string
from playwright.sync_api import Page, expect

from planner.models import CatalogueVersion, User
from planner.search import rebuild_search

AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js")
# Tests run on machines that are busy with other things; a right answer may be late.
expect.set_options(timeout=20_000)

# A folder for pictures of what was seen. Whoever wants them gets all four looks.
SHOTS = os.environ.get("CAREERPATH_SHOTS")
LOOKS: list[tuple[Any, int]] = [
    (scheme, width) for scheme in ("light", "dark") for width in (1280, 390)
]

TAGS = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="session")
def shipped() -> dict[str, Any]:
    """Room for the shipped catalogue, which is read from its files only once."""
    return {}


@pytest.fixture
def site(live_server, shipped: dict[str, Any]) -> str:
    """The address of a running site with the shipped catalogue published."""
    if not shipped:
        call_command("load_catalogue", verbosity=0)
        version = CatalogueVersion.objects.get()
        shipped |= {
            name: getattr(version, name) for name in ("number", "digest", "document")
        }
    else:
        version = CatalogueVersion.objects.create(**shipped)
        rebuild_search(version, json.loads(version.document), {})
    return str(live_server.url)


@pytest.fixture
def said() -> list[str]:
    """Everything that the browser complained about; a test may take from it."""
    return []


@pytest.fixture
def page(page: Page, said: list[str]) -> Iterator[Page]:
    """A page whose console must stay silent: scripts, policy and requests are fine."""
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.on(
        "request",
        lambda request: (
            said.append(f"Another origin was asked: {request.url}")
            if not request.url.startswith(("http://localhost", "data:"))
            else None
        ),
    )
    yield page
    assert without_replaced(said) == []


def without_replaced(said: list[str]) -> list[str]:
    """Leave out requests that a newer answer took the place of: that is no mistake.

    htmx names each of them twice, at its end and as broken off.
    """
    left = list(said)
    for end, broken in pairwise(said):
        if end.startswith("htmx:afterRequest") and broken.startswith("htmx:sendAbort"):
            left.remove(end)
            left.remove(broken)
    return left


@pytest.fixture
def sign_in(live_server, page: Page) -> Callable[..., None]:
    """Return what signs somebody in on the way to a page that asks who they are."""

    def sign_in(person: User, path: str = "/admin/") -> None:
        secret = get_random_string(20)
        person.set_password(secret)
        person.save()
        page.goto(live_server.url + path)
        page.get_by_label("E-mail address").fill(person.get_username())
        page.get_by_label("Password").fill(secret)
        page.get_by_role("button", name="Sign in", exact=True).click()

    return sign_in


@pytest.fixture
def check_axe() -> Callable[[Page], None]:
    """Return what asserts that axe finds nothing wrong with a page."""

    def check(page: Page) -> None:
        # A colour on its way from light to dark is neither; nobody reads it.
        page.evaluate(
            "() => Promise.all(document.getAnimations()"
            ".filter(each => each instanceof CSSTransition)"
            ".map(each => each.finished.catch(() => {})))"
        )
        # The policy blocks script tags; evaluating the source does not need one.
        page.evaluate(AXE.read_text() + ";0")
        found = page.evaluate(
            "tags => axe.run(document, {runOnly: {type: 'tag', values: tags}})", TAGS
        )
        wrong = [
            {
                "rule": violation["id"],
                "help": violation["help"],
                "nodes": [node["html"][:200] for node in violation["nodes"][:5]],
            }
            for violation in found["violations"]
        ]
        assert not wrong, f"{page.url}: {json.dumps(wrong, indent=2)}"

    return check


@pytest.fixture
def look(page: Page, check_axe: Callable[[Page], None]) -> Callable[[str], None]:
    """Return what checks a page for everyone, and takes pictures if it is told to."""

    def check(name: str) -> None:
        # What was clicked may have led to a page that is only arriving.
        page.wait_for_load_state()
        for scheme, width in LOOKS if SHOTS else LOOKS[::3]:
            page.emulate_media(color_scheme=scheme)
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width
            check_axe(page)
            if SHOTS:
                file = Path(SHOTS) / f"{name}-{scheme}-{width}.png"
                page.screenshot(path=file, full_page=True)
        page.emulate_media(color_scheme="light")
        page.set_viewport_size({"width": 1280, "height": 900})

    return check
