"""Accounts: made, confirmed, signed in to, guarded, and silent on who has one."""

import json
import re
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from time import time
from urllib.parse import parse_qsl, urlsplit

import jwt
import pytest
from allauth.account.models import EmailAddress
from allauth.account.signals import user_logged_in
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal import auth
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from cryptography.hazmat.primitives.asymmetric import rsa
from django.conf import settings as configured
from django.core import mail
from django.core.cache import cache
from django.test import Client
from django.urls import URLResolver, get_resolver

from planner.models import User
from tests.web.test_headers import assert_well_guarded
from tests.web.world import publish

pytestmark = pytest.mark.django_db

ADA = "ada@example.org"
NOBODY = "nobody@example.org"
PASSWORD = "correct horse 7"  # noqa: S105 - of accounts that live for a test
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


@pytest.fixture(autouse=True)
def nothing_counted():
    cache.clear()


@pytest.fixture
def ada() -> User:
    return somebody(ADA)


def somebody(address: str, **more) -> User:
    """An account with a confirmed address."""
    name = address.partition("@")[0]
    user = User.objects.create_user(name, address, PASSWORD, **more)
    EmailAddress.objects.create(user=user, email=address, verified=True, primary=True)
    return user


def sign_up(client: Client, address=ADA, query="", **more):
    answers = {"email": address, "password1": PASSWORD} | more
    return client.post(f"/account/signup/{query}", answers)


def sign_in(client: Client, address=ADA, password=PASSWORD, **more):
    answers = {"login": address, "password": password}
    return client.post("/account/login/", answers, **more)


def code() -> str:
    """The code in the newest mail."""
    body = str(mail.outbox[-1].body)
    found = re.search(r"^ {4}([A-Z]{4}-[A-Z]{4})$", body, re.M)
    assert found, body
    return found[1]


def confirm(client: Client, **more):
    return client.post("/account/confirm-email/", {"code": code()} | more)


def signed_in(client: Client) -> bool:
    return client.get("/account/").status_code == 200


def text_of(response) -> str:
    """A page without what differs each time: the token of its forms."""
    html = response.content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="[^"]+"', "", html)


class TestMakingAnAccount:
    def test_an_address_a_password_and_a_code_make_an_account(self, client: Client):
        assert sign_up(client)["Location"] == "/account/confirm-email/"
        assert not signed_in(client)
        assert mail.outbox[0].to == [ADA]
        assert "example.com" not in mail.outbox[0].message().as_string()
        assert confirm(client)["Location"] == "/account/"
        assert signed_in(client)
        user = User.objects.get()
        assert (user.email, user.first_name, user.is_staff) == (ADA, "", False)

    def test_nobody_gets_in_before_the_address_is_confirmed(self, client: Client):
        sign_up(client)
        other = Client()
        assert sign_in(other)["Location"] == "/account/confirm-email/"
        assert not signed_in(other)

    def test_a_wrong_code_is_told_and_the_third_ends_it(self, client: Client):
        sign_up(client)
        for _attempt in range(2):
            response = client.post("/account/confirm-email/", {"code": "WRNG-CODE"})
            assert "This is not the code." in text_of(response)
            assert "<title>Error: " in text_of(response)
        response = client.post("/account/confirm-email/", {"code": "WRNG-CODE"})
        assert response["Location"] == "/account/login/"
        assert confirm(client).status_code == 302
        assert not signed_in(client)

    def test_another_code_can_be_sent(self, client: Client):
        sign_up(client)
        first = code()
        client.post("/account/confirm-email/", {"action": "resend"})
        assert code() != first
        confirm(client)
        assert signed_in(client)

    def test_where_somebody_was_going_survives(self, client: Client):
        sign_up(client, query="?next=/careers/", next="/careers/")
        assert confirm(client)["Location"] == "/careers/"

    def test_nobody_is_sent_to_another_site(self, client: Client):
        sign_up(client, next="https://elsewhere.example/")
        assert confirm(client)["Location"] == "/account/"

    @pytest.mark.parametrize("password", ["short", "12345678901", "password123", ""])
    def test_a_weak_password_is_refused(self, client: Client, password):
        response = sign_up(client, password1=password)
        assert response.status_code == 200
        assert 'aria-invalid="true"' in text_of(response)
        assert not User.objects.exists()

    def test_what_was_kept_without_an_account_survives(self, client: Client):
        kept = [{"career": "data-scientist", "hours": 12}]
        found = []

        def look(request, user, **signal):
            found.append((user.email, request.session["kept"]))

        user_logged_in.connect(look)
        try:
            client.get("/account/login/")
            keep_in(client, kept)
            sign_up(client)
            confirm(client)
            client.post("/account/logout/")
            keep_in(client, kept)
            sign_in(client)
        finally:
            user_logged_in.disconnect(look)
        assert found == [(ADA, kept), (ADA, kept)]


def keep_in(client: Client, kept) -> None:
    """Put something into the session of a visitor, as a page would."""
    session = client.session  # a new one with its cookie, if there is none
    session["kept"] = kept
    session.save()


class TestWhetherAnAddressIsKnown:
    """The same status, the same address to go on to and the same page, each time."""

    def story(self, address: str, steps) -> list[object]:
        cache.clear()
        client = Client()
        seen: list[object] = []
        for step in steps:
            response = step(client, address)
            seen.append((response.status_code, response.get("Location")))
            seen.append(text_of(response).replace(address, "ADDRESS"))
            seen.append({name: c["max-age"] for name, c in response.cookies.items()})
        return seen

    def same(self, *steps) -> None:
        known, unknown = self.story(ADA, steps), self.story(NOBODY, steps)
        assert known == unknown

    def test_signing_up_does_not_tell(self, ada):
        def see(client, address):
            return client.get("/account/confirm-email/")

        def guess(client, address):
            return client.post("/account/confirm-email/", {"code": "WRNG-CODE"})

        def again(client, address):
            return client.post("/account/confirm-email/", {"action": "resend"})

        def elsewhere(client, address):
            return client.get("/account/login/")

        self.same(sign_up, see, guess, see, again, see, elsewhere, guess, guess, see)

    def test_signing_in_does_not_tell(self, ada):
        def wrong(client, address):
            return sign_in(client, address, "not the password")

        self.same(*[wrong] * 7)

    def test_resetting_does_not_tell(self, ada):
        def ask(client, address):
            return client.post("/account/password/reset/", {"email": address})

        def see(client, address):
            return client.get("/account/password/reset/confirm/")

        def guess(client, address):
            return client.post("/account/password/reset/confirm/", {"code": "WRNG"})

        self.same(ask, see, guess, see, guess, guess, see, ask)

    def test_changing_to_an_address_does_not_tell(self, ada):
        eve = somebody("eve@example.org")

        def ask(client, address):
            client.force_login(eve)
            client.post("/account/reauthenticate/", {"password": PASSWORD})
            data = {"email": address, "action_add": ""}
            return client.post("/account/email/", data)

        def see(client, address):
            return client.get("/account/confirm-email/")

        self.same(ask, see)

    def test_mail_tells_the_owner_and_nobody_else(self, client: Client, ada):
        sign_up(client)
        client.post("/account/password/reset/", {"email": NOBODY})
        assert [(each.to, each.subject) for each in mail.outbox] == [
            ([ADA], "You have an account already"),
            ([NOBODY], "There is no account with this address"),
        ]

    def test_a_known_address_takes_as_long(self, client: Client, ada, monkeypatch):
        hashed: list[str] = []
        monkeypatch.setattr("careerpath.accounts.forms.make_password", hashed.append)
        sign_up(client)  # nearly all of the time goes into the password
        assert hashed == [PASSWORD]


class TestSigningIn:
    def test_by_address_in_any_case(self, client: Client, ada):
        assert sign_in(client, "ADA@Example.org")["Location"] == "/account/"
        assert signed_in(client)

    def test_not_with_a_wrong_password(self, client: Client, ada):
        response = sign_in(client, ADA, "wrong")
        assert "Address and password do not belong together." in text_of(response)
        assert not signed_in(client)

    def test_a_closed_account_stays_closed(self, client: Client):
        somebody(ADA, is_active=False)
        assert sign_in(client)["Location"] == "/account/inactive/"
        assert client.get("/account/inactive/").status_code == 200
        assert not signed_in(client)

    def test_pages_show_who_is_in(self, client: Client, ada):
        publish()
        assert ">Sign in</a>" in text_of(client.get("/"))
        sign_in(client)
        page = client.get("/")
        assert ">Account</a>" in text_of(page)
        assert ">Sign in</a>" not in text_of(page)
        assert "Cookie" in page["Vary"]

    def test_signing_out_takes_a_click(self, client: Client, ada):
        sign_in(client)
        client.get("/account/logout/")
        assert signed_in(client)
        assert client.post("/account/logout/")["Location"] == "/"
        assert not signed_in(client)

    def test_a_session_lasts_as_long_as_the_browser_unless_asked(self, client, ada):
        sign_in(client)
        assert client.session.get_expire_at_browser_close()
        client.post("/account/logout/")
        client.post(
            "/account/login/", {"login": ADA, "password": PASSWORD, "remember": "on"}
        )
        assert not client.session.get_expire_at_browser_close()


class TestPasswords:
    def test_a_forgotten_one_is_replaced_by_a_code(self, client: Client, ada):
        elsewhere = Client()
        sign_in(elsewhere)
        client.post("/account/password/reset/", {"email": ADA})
        response = client.post("/account/password/reset/confirm/", {"code": code()})
        assert response["Location"] == "/account/password/reset/complete/"
        response = client.post(response["Location"], {"password1": "another one 8"})
        assert response["Location"] == "/account/"
        assert signed_in(client)
        assert not signed_in(elsewhere)
        assert mail.outbox[-1].subject == "Your password was changed"

    def test_it_is_changed_by_who_knows_it(self, client: Client, ada):
        elsewhere = Client()
        sign_in(client)
        sign_in(elsewhere)
        data = {"oldpassword": "wrong", "password1": "another one 8"}
        response = client.post("/account/password/change/", data)
        assert "This is not your password." in text_of(response)
        data["oldpassword"] = PASSWORD
        assert client.post("/account/password/change/", data)["Location"] == "/account/"
        assert signed_in(client)
        assert not signed_in(elsewhere)


class TestChangingTheAddress:
    def change(self, client: Client, address: str):
        sign_in(client)
        response = client.post(
            "/account/email/", {"email": address, "action_add": ""}, follow=True
        )
        assert "Is it you?" in text_of(response)
        return client.post(
            "/account/reauthenticate/?next=/account/email/",
            {"password": PASSWORD, "next": "/account/email/"},
        )

    def test_the_new_one_counts_once_it_is_confirmed(self, client: Client, ada):
        self.change(client, NOBODY)
        assert mail.outbox[-1].to == [NOBODY]
        ada.refresh_from_db()
        assert ada.email == ADA
        confirm(client)
        ada.refresh_from_db()
        assert ada.email == NOBODY
        assert EmailAddress.objects.get().email == NOBODY
        assert (mail.outbox[-1].to, mail.outbox[-1].subject) == (
            [ADA],
            "Your e-mail address was changed",
        )

    def test_somebody_elses_is_not_taken(self, client: Client, ada):
        somebody("eve@example.org")
        self.change(client, "eve@example.org")
        # Only who reads the mail of that address learns that it has an account.
        assert "belongs to another account" in text_of(confirm(client))
        ada.refresh_from_db()
        assert ada.email == ADA


class TestLimits:
    STRANGER = "203.0.113.9"

    def test_a_stranger_locks_nobody_out(self, client: Client, ada):
        stranger = Client(REMOTE_ADDR=self.STRANGER)
        answers = [text_of(sign_in(stranger, ADA, "guess")) for _ in range(100)]
        assert "Too many attempts." in answers[-1]
        assert "Too many attempts" in text_of(sign_in(stranger))  # guessed right, late
        assert sign_in(client)["Location"] == "/account/"

    def test_guessing_ends_after_five_attempts(self, client: Client, ada):
        for _attempt in range(5):
            sign_in(client, ADA, "guess")
        assert "Too many attempts." in text_of(sign_in(client))
        assert not signed_in(client)

    def test_it_does_not_help_to_guess_for_many(self, client: Client, ada):
        for number in range(30):
            sign_in(client, f"somebody-{number}@example.org", "guess")
        assert "Too many attempts." in text_of(sign_in(client))
        assert sign_in(Client(REMOTE_ADDR=self.STRANGER))["Location"] == "/account/"

    def test_no_mailbox_is_flooded(self, client: Client, ada):
        def ask(client):
            return client.post("/account/password/reset/", {"email": ADA})

        answers = [ask(client).status_code for _ in range(12)]
        assert answers == [302] * 10 + [429] * 2
        assert len(mail.outbox) == 10
        refused = ask(client)
        assert "Too many attempts" in text_of(refused)
        assert refused.headers["Content-Security-Policy"]
        # And whose it is can still ask from elsewhere.
        assert ask(Client(REMOTE_ADDR=self.STRANGER)).status_code == 302

    def test_counts_are_shared_by_all_processes(self):
        backend = configured.CACHES["default"]["BACKEND"]
        assert backend == "django.core.cache.backends.db.DatabaseCache"


class TestSessions:
    def test_they_are_listed_in_plain_words(self, client: Client, ada):
        sign_in(client, headers={"user-agent": FIREFOX})
        sign_in(Client(), headers={"user-agent": "curl/8"})
        html = text_of(client.get("/account/sessions/"))
        assert "Firefox, Linux" in html
        assert "A device that does not say what it is" in html
        assert html.index("Firefox, Linux") < html.index("A device that")
        assert html.count("This is where you are now.") == 1

    def test_neither_address_nor_versions_are_kept(self, client: Client, ada):
        sign_in(client, headers={"user-agent": FIREFOX})
        session = UserSession.objects.get()
        assert (session.ip, session.user_agent) == ("::", "Firefox, Linux")

    def test_one_is_ended(self, client: Client, ada):
        others = [Client(), Client()]
        for each in [client, *others]:
            sign_in(each)
        ended = UserSession.objects.get(session_key=others[0].session.session_key)
        client.post("/account/sessions/", {"end": ended.pk})
        assert [signed_in(each) for each in [client, *others]] == [True, False, True]

    def test_all_others_are_ended(self, client: Client, ada):
        others = [Client(), Client()]
        for each in [client, *others]:
            sign_in(each)
        client.post("/account/sessions/", {"others": ""})
        assert [signed_in(each) for each in [client, *others]] == [True, False, False]

    def test_ones_own_is_ended(self, client: Client, ada):
        sign_in(client)
        assert (
            client.post("/account/sessions/", {"end": UserSession.objects.get().pk})[
                "Location"
            ]
            == "/"
        )
        assert not signed_in(client)

    @pytest.mark.parametrize("number", ["", "0", "x", "99999999999999999999"])
    def test_no_other_is_ended(self, client: Client, ada, number):
        sign_in(client)
        response = client.post("/account/sessions/", {"end": number})
        assert response.status_code == 404

    def test_somebody_elses_is_as_one_that_is_not(self, client: Client, ada):
        somebody("eve@example.org")
        eve = Client()
        sign_in(eve, "eve@example.org")
        sign_in(client)
        theirs = UserSession.objects.exclude(user=ada).get()
        response = client.post("/account/sessions/", {"end": theirs.pk})
        assert response.status_code == 404
        assert signed_in(eve)

    def test_last_use_is_noted_once_an_hour(self, client: Client, ada):
        sign_in(client)
        client.get("/account/")
        before = UserSession.objects.get().last_seen_at
        client.get("/account/")
        assert UserSession.objects.get().last_seen_at == before
        session = client.session
        session["seen"] -= 60 * 60
        session.save()
        client.get("/account/")
        assert UserSession.objects.get().last_seen_at > before


def addresses(resolver=None, before="/account/"):
    """Every address below /account/ that takes nothing but what is in a path."""
    resolver = resolver or get_resolver("careerpath.accounts.urls")
    for pattern in resolver.url_patterns:
        part = str(pattern.pattern).replace("(?P<provider_id>[^/]+)", "campus")
        path = before + part.removeprefix("^")
        if isinstance(pattern, URLResolver):
            yield from addresses(pattern, path)
        else:
            yield path


class TestEveryAddress:
    def test_all_are_known(self):
        found = {path.removeprefix("/account/") for path in addresses()}
        assert found == {
            *[
                "",
                "name/",
                "sessions/",
                "login/",
                "logout/",
                "inactive/",
                "signup/",
                "email/",
            ],
            *["confirm-email/", "reauthenticate/", "login/code/confirm/"],
            *["password/change/", "password/set/", "password/reset/"],
            *[f"password/reset/{step}/" for step in ("confirm", "complete", "done")],
            *["second-factor/", "second-factor/authenticate/"],
            *["second-factor/reauthenticate/"],
            *["second-factor/totp/activate/", "second-factor/totp/deactivate/"],
            *["second-factor/recovery-codes/"],
            *["second-factor/recovery-codes/generate/"],
            *["second-factor/recovery-codes/download/"],
            *["campus/", "campus/signup/", "campus/login/cancelled/"],
            *["campus/login/error/"],
            *["oidc/campus/login/", "oidc/campus/login/callback/"],
        }

    @pytest.mark.parametrize("who", ["anonymous", "ada"])
    def test_all_are_guarded_and_in_our_look(self, client: Client, ada, who):
        if who == "ada":
            sign_in(client)
        for path in addresses():
            for ask in (client.get, client.post):
                response = ask(path, secure=True)
                assert response.status_code in {200, 302, 303, 401, 404, 405}, path
                assert_well_guarded(response)
                if who == "ada":
                    cache.clear()
                    sign_in(client)
                if response.status_code == 200:
                    assert "<!doctype html>" in text_of(response), path
                    assert "<script>" not in text_of(response), path
                    assert "careerpath" in text_of(response), path
                    assert "Cookie" in response["Vary"], path


def shown(secret: str, *, later: int = 0) -> str:
    """What an authenticator app shows now."""
    counters = list(auth.yield_hotp_counters_from_time())
    now = counters[len(counters) // 2]
    return str(auth.format_hotp_value(auth.hotp_value(secret, now + later)))


def turn_on(client: Client) -> str:
    """Turn the second factor on, and return its secret."""
    activate = "/account/second-factor/totp/activate/"
    client.post(
        f"/account/reauthenticate/?next={activate}",
        {"password": PASSWORD, "next": activate},
    )
    html = text_of(client.get(activate))
    found = re.search(r'<code class="key">([A-Z2-7]+)</code>', html)
    assert found, html
    response = client.post(activate, {"code": shown(found[1])})
    assert response["Location"] == "/account/second-factor/recovery-codes/"
    return found[1]


class TestSecondFactor:
    def test_signing_in_asks_for_what_the_app_shows(self, client: Client, ada):
        sign_in(client)
        secret = turn_on(client)
        cache.clear()  # a code is good only once, and one lasts half a minute
        client.post("/account/logout/")
        assert sign_in(client)["Location"] == "/account/second-factor/authenticate/"
        assert not signed_in(client)
        page = "/account/second-factor/authenticate/"
        assert "This is not the code." in text_of(client.post(page, {"code": "000"}))
        assert client.post(page, {"code": shown(secret)})["Location"] == "/account/"
        assert signed_in(client)

    def test_a_code_is_good_only_once(self, client: Client, ada):
        sign_in(client)
        secret = turn_on(client)
        page = "/account/second-factor/authenticate/"
        answers = []
        for _time in range(2):
            client.post("/account/logout/")
            sign_in(client)
            used = shown(secret, later=1)
            answers.append(client.post(page, {"code": used}).status_code)
        assert answers == [302, 200]

    def test_a_recovery_code_does_once(self, client: Client, ada):
        sign_in(client)
        turn_on(client)
        html = text_of(client.get("/account/second-factor/recovery-codes/"))
        codes = re.findall(r"<li><code>([^<]+)</code></li>", html)
        assert len(codes) == 10
        listed = client.get("/account/second-factor/recovery-codes/download/")
        assert listed.content.decode().split() == codes
        page = "/account/second-factor/authenticate/"
        answers = []
        for _time in range(2):
            client.post("/account/logout/")
            sign_in(client)
            answers.append(client.post(page, {"code": codes[0]}).status_code)
        assert answers == [302, 200]

    def test_guessing_codes_ends(self, client: Client, ada):
        sign_in(client)
        secret = turn_on(client)
        cache.clear()
        client.post("/account/logout/")
        sign_in(client)
        page = "/account/second-factor/authenticate/"
        for _attempt in range(5):
            client.post(page, {"code": "000000"})
        response = client.post(page, {"code": shown(secret)})
        assert "Too many attempts." in text_of(response)

    def test_a_reset_password_does_not_go_round_it(self, client: Client, ada):
        sign_in(client)
        turn_on(client)
        client.post("/account/logout/")
        client.post("/account/password/reset/", {"email": ADA})
        client.post("/account/password/reset/confirm/", {"code": code()})
        response = client.post(
            "/account/password/reset/complete/", {"password1": "another one 8"}
        )
        assert response["Location"] == "/account/second-factor/authenticate/"
        assert not signed_in(client)

    def test_it_is_turned_off_by_who_proves_to_be_the_one(self, client: Client, ada):
        sign_in(client)
        turn_on(client)
        client.post("/account/logout/")
        off = "/account/second-factor/totp/deactivate/"
        assert "/account/login/" in client.get(off)["Location"]
        sign_in(client)
        assert Authenticator.objects.filter(user=ada).count() == 2

    @pytest.mark.django_db(transaction=True)
    def test_on_and_off_are_told_by_mail(self, client: Client, ada):
        sign_in(client)
        turn_on(client)
        assert mail.outbox[-1].subject == "Your second factor is on"
        client.post("/account/second-factor/totp/deactivate/")
        assert not Authenticator.objects.exists()
        assert mail.outbox[-1].subject == "Your second factor is off"


class TestDesk:
    def test_the_way_in_is_the_same_for_all(self, client: Client):
        User.objects.create_superuser("ruth", password=PASSWORD)
        response = client.get("/admin/", follow=True)
        assert response.redirect_chain[-1][0].startswith("/account/login/?next=")
        response = client.post(
            response.redirect_chain[-1][0],
            {"login": "ruth", "password": PASSWORD, "next": "/admin/"},
        )
        assert response["Location"] == "/admin/"
        assert client.get("/admin/").status_code == 200

    def test_it_is_limited(self, client: Client):
        User.objects.create_superuser("ruth", password=PASSWORD)
        for _attempt in range(5):
            sign_in(client, "ruth", "guess")
        assert "Too many attempts." in text_of(sign_in(client, "ruth"))

    def test_students_stay_outside(self, client: Client, ada):
        sign_in(client)
        assert client.get("/admin/", follow=True).status_code == 403

    def test_who_works_there_needs_no_mail(self, client: Client):
        User.objects.create_superuser("ruth", "ruth@example.org", PASSWORD)
        sign_in(client, "ruth")
        assert signed_in(client)

    def test_a_second_factor_can_be_asked_of_who_works_there(self, client, settings):
        settings.STAFF_NEED_SECOND_FACTOR = True
        User.objects.create_superuser("ruth", password=PASSWORD)
        sign_in(client, "ruth")
        response = client.get("/admin/planner/role/", follow=True)
        assert ("/account/second-factor/totp/activate/", 302) in response.redirect_chain
        turn_on(client)
        assert client.get("/admin/planner/role/").status_code == 200

    def test_it_shows_no_secret(self, client: Client):
        ruth = User.objects.create_superuser("ruth", password=PASSWORD)
        sign_in(client, "ruth")
        secret = turn_on(client)
        row = Authenticator.objects.get(user=ruth, type="totp")
        page = client.get(f"/admin/mfa/authenticator/{row.pk}/change/")
        assert page.status_code == 200
        assert secret not in text_of(page)
        assert client.get("/admin/socialaccount/socialapp/").status_code == 404


class Campus:
    """A little provider of OpenID Connect: it vouches for whoever the test says."""

    def __init__(self) -> None:
        self.claims: dict[str, object] = {}
        self.asked: list[dict[str, str]] = []
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.url = f"http://127.0.0.1:{self.server.server_port}"

    def _handler(campus):
        class Handler(BaseHTTPRequestHandler):
            def log_message(self, format: str, *args: object) -> None:
                """Say nothing."""

            def answer(self, document: object) -> None:
                body = json.dumps(document).encode()
                self.send_response(200)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def do_GET(self) -> None:
                url = campus.url
                if self.path == "/.well-known/openid-configuration":
                    self.answer(
                        {
                            "issuer": url,
                            "authorization_endpoint": f"{url}/authorize",
                            "token_endpoint": f"{url}/token",
                            "userinfo_endpoint": f"{url}/userinfo",
                            "jwks_uri": f"{url}/keys",
                        }
                    )
                elif self.path == "/userinfo":
                    assert self.headers["Authorization"] == "Bearer opens-userinfo"
                    self.answer(campus.claims)
                else:
                    self.send_error(404)

            def do_POST(self) -> None:
                length = int(self.headers["Content-Length"])
                asked = dict(parse_qsl(self.rfile.read(length).decode()))
                campus.asked.append(asked)
                now = int(time())
                token = {"iss": campus.url, "aud": "careerpath", "iat": now}
                token |= {"exp": now + 60, **campus.claims}
                self.answer(
                    {
                        "access_token": "opens-userinfo",
                        "token_type": "Bearer",
                        "id_token": jwt.encode(token, campus.key, algorithm="RS256"),
                    }
                )

        return Handler

    def sends_back(self, client: Client, query: str = "", **claims: object):
        """Go to the campus and come back, as whom the claims are about."""
        self.claims = {"sub": "s123", **claims}
        gone = client.post(f"/account/oidc/campus/login/{query}")
        assert gone["Location"].startswith(f"{self.url}/authorize?")
        asked = dict(parse_qsl(urlsplit(gone["Location"]).query))
        assert asked["client_id"] == "careerpath"
        back = urlsplit(asked["redirect_uri"])
        assert back.path == "/account/oidc/campus/login/callback/"
        return client.get(back.path, {"code": "one-time", "state": asked["state"]})


@pytest.fixture
def campus(settings):
    campus = Campus()
    thread = Thread(target=campus.server.serve_forever, args=[0.02])
    thread.start()
    app = {
        "provider_id": "campus",
        "name": "Example College",
        "client_id": "careerpath",
        "secret": "between us",
        "settings": {"server_url": campus.url},
    }
    settings.SOCIALACCOUNT_PROVIDERS = {"openid_connect": {"APPS": [app]}}
    yield campus
    campus.server.shutdown()
    thread.join()
    campus.server.server_close()


class TestCampusLogin:
    def test_without_one_there_is_no_button_and_no_way(self, client: Client):
        assert "Sign in with" not in text_of(client.get("/account/login/"))
        assert client.post("/account/oidc/campus/login/").status_code == 404

    def test_a_verified_address_makes_an_account(self, client: Client, campus):
        assert "Sign in with Example College" in text_of(client.get("/account/login/"))
        response = campus.sends_back(
            client, email=ADA, email_verified=True, given_name="Ada", name="Ada L."
        )
        assert response["Location"] == "/account/"
        assert signed_in(client)
        user = User.objects.get()
        assert (user.email, user.first_name) == (ADA, "")
        assert campus.asked[0]["code"] == "one-time"
        kept = SocialAccount.objects.get()
        assert (kept.uid, kept.extra_data) == ("s123", {})

    def test_where_somebody_was_going_survives(self, client: Client, campus):
        response = campus.sends_back(
            client, "?next=/careers/", email=ADA, email_verified=True
        )
        assert response["Location"] == "/careers/"

    def test_it_opens_the_account_of_a_proven_address(self, client, campus, ada):
        campus.sends_back(client, email=ADA, email_verified=True)
        assert signed_in(client)
        assert SocialAccount.objects.get().user == ada
        ada.refresh_from_db()
        assert ada.check_password(PASSWORD)
        assert mail.outbox[-1].subject == "Your campus login is connected"

    @pytest.mark.parametrize("by_campus", [True, False])
    @pytest.mark.parametrize("here", [True, False])
    def test_it_opens_no_other(self, client: Client, campus, ada, by_campus, here):
        EmailAddress.objects.update(verified=here)
        campus.sends_back(client, email=ADA, email_verified=by_campus)
        assert signed_in(client) == (by_campus and here)
        assert SocialAccount.objects.exists() == (by_campus and here)

    def test_an_address_that_is_not_verified_is_confirmed_here(self, client, campus):
        response = campus.sends_back(client, email=ADA, email_verified=False)
        assert response["Location"] == "/account/confirm-email/"
        assert not signed_in(client)
        confirm(client)
        assert signed_in(client)

    def test_without_an_address_it_is_asked_for(self, client: Client, campus):
        response = campus.sends_back(client)
        assert response["Location"] == "/account/campus/signup/"
        assert client.get("/account/campus/signup/").status_code == 200
        client.post("/account/campus/signup/", {"email": ADA})
        confirm(client)
        assert signed_in(client)

    def test_a_second_factor_is_asked_for_as_well(self, client: Client, campus, ada):
        sign_in(client)
        turn_on(client)
        client.post("/account/logout/")
        response = campus.sends_back(client, email=ADA, email_verified=True)
        assert response["Location"] == "/account/second-factor/authenticate/"
        assert not signed_in(client)

    def test_it_is_connected_and_disconnected(self, client: Client, campus, ada):
        sign_in(client)
        assert "Connect Example College" in text_of(client.get("/account/campus/"))
        campus.sends_back(client, "?process=connect", email="other@campus.example")
        assert not SocialAccount.objects.exists()
        client.post("/account/reauthenticate/", {"password": PASSWORD})
        account = SocialAccount.objects.get()
        assert account.user == ada
        assert "Disconnect it" in text_of(client.get("/account/campus/"))
        client.post("/account/campus/", {"account": account.pk})
        assert not SocialAccount.objects.exists()

    def test_a_state_that_we_did_not_send_is_refused(self, client: Client, campus):
        response = client.get(
            "/account/oidc/campus/login/callback/", {"code": "x", "state": "forged"}
        )
        assert "The campus login did not work" in text_of(response)
        assert not campus.asked
        assert not signed_in(client)


class TestName:
    def test_it_is_kept_whole_in_any_script_and_can_be_emptied(
        self, client: Client, ada
    ):
        sign_in(client)
        User.objects.update(first_name="Ada", last_name="King")
        assert "Ada King" in text_of(client.get("/account/name/"))
        client.post("/account/name/", {"first_name": "آدا <b>King</b> 道"})
        ada.refresh_from_db()
        assert ada.get_full_name() == "آدا <b>King</b> 道"
        assert "آدا &lt;b&gt;King&lt;/b&gt; 道" in text_of(client.get("/account/"))
        client.post("/account/name/", {"first_name": ""})
        ada.refresh_from_db()
        assert ada.get_full_name() == ""

    def test_one_that_is_too_long_is_refused_and_stays(self, client: Client, ada):
        sign_in(client)
        response = client.post("/account/name/", {"first_name": "x" * 151})
        assert response.status_code == 422
        assert "x" * 151 in text_of(response)
