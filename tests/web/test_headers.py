"""Every response carries the same policies, whatever went wrong before it."""

import re

import pytest
from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.urls import path

from tests.web.world import publish


def broken(request: HttpRequest) -> HttpResponse:
    raise RuntimeError("This page always breaks.")


urlpatterns = [path("broken", broken)]

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "font-src 'self'; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)


@pytest.fixture
def visitor() -> Client:
    """A browser that is shown the error page where a test would see the error."""
    return Client(raise_request_exception=False)


def assert_well_guarded(response) -> None:
    assert response.headers["Content-Security-Policy"] == POLICY
    assert "camera=()" in response.headers["Permissions-Policy"]
    assert response.headers["Cross-Origin-Resource-Policy"] == "same-origin"
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Strict-Transport-Security"] == (
        "max-age=31536000; includeSubDomains; preload"
    )
    assert "Access-Control-Allow-Origin" not in response.headers


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("address", "status"),
    [
        ("/", 200),
        ("/admin/", 302),
        ("/admin/login/", 302),
        ("/account/", 302),
        ("/account/login/", 200),
        ("/healthz", 200),
        ("/nothing-stands-here/", 404),
        ("/static/admin/css/base.css", 200),
        ("/static/nothing-stands-here.css", 404),
    ],
)
def test_headers_are_on_pages_and_files(visitor, address, status):
    publish()
    response = visitor.get(address, secure=True)
    response.getvalue()  # a file is open until it was read
    assert response.status_code == status
    assert_well_guarded(response)


def test_headers_are_on_a_refused_host(visitor):
    response = visitor.get("/", secure=True, headers={"host": "elsewhere.example"})
    assert response.status_code == 400
    assert_well_guarded(response)


@pytest.mark.urls(__name__)
def test_headers_are_on_a_page_that_broke(visitor):
    response = visitor.get("/broken", secure=True)
    assert response.status_code == 500
    assert_well_guarded(response)


@pytest.mark.django_db
def test_headers_are_on_a_form_without_its_token():
    strict = Client(enforce_csrf_checks=True)
    response = strict.post("/account/login/", {"login": "ada"}, secure=True)
    assert response.status_code == 403
    assert_well_guarded(response)


@pytest.mark.django_db
def test_cookies_are_bound_to_the_host_and_to_https(visitor):
    cookies = visitor.get("/account/login/", secure=True).cookies
    assert list(cookies) == [settings.CSRF_COOKIE_NAME]
    for name, cookie in cookies.items():
        assert name.startswith("__Host-")
        assert cookie["secure"]
        assert cookie["httponly"]
        assert cookie["path"] == "/"
        assert cookie["samesite"] == "Lax"
        assert not cookie["domain"]


def test_the_policy_allows_nothing_inline_and_nothing_from_elsewhere():
    assert "unsafe" not in POLICY
    assert not re.search(r"https?:|\*", POLICY)


def test_plain_http_is_sent_to_https(visitor, settings):
    settings.SECURE_SSL_REDIRECT = True
    response = Client().get("/")
    assert response.status_code == 301
    assert response.headers["Location"] == "https://testserver/"


@pytest.mark.django_db
@pytest.mark.parametrize("address", ["/healthz", "/readyz"])
def test_health_is_asked_over_plain_http(settings, address):
    settings.SECURE_SSL_REDIRECT = True
    assert Client().get(address).status_code == 200
