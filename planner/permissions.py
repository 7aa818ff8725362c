"""Who is let in where: every address of the site, every method, every kind of person.

The one table of it. `manage.py check` fails for an address that is missing here, and
`tests/web/test_permissions.py` walks through all of it, with real requests.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.core.checks import CheckMessage, Error, register
from django.urls import URLResolver, get_resolver

METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")


class Actor(StrEnum):
    """Who asks. What they ask for is the owner's, and of the owner's organisation."""

    ANONYMOUS = "somebody who is not signed in"
    OWNER = "the student whose it is"
    STUDENT = "another student"
    ADVISOR = "an advisor to whose organisation the student consented"
    WITHOUT = "an advisor of an organisation whose consent was withdrawn"
    FORMER = "somebody who was an advisor of the organisation"
    ELSEWHERE = "an advisor of another organisation"
    LEAD = "a lead of the organisation"
    ADMIN = "an administrator of the site"


class Answer(StrEnum):
    """What is answered."""

    OPEN = "it is answered"
    SIGN_IN = "they are asked to sign in"
    MISSING = "there is no such thing, exactly as for one that was never there"
    REFUSED = "the method is not allowed"


@dataclass(frozen=True, slots=True)
class Rule:
    """What an address allows: its methods, and who is let in.

    Who is not let in finds nothing there; who is not signed in is asked to. A method
    that an address does not know is refused for all, before anything is looked up.
    """

    methods: frozenset[str]
    who: frozenset[Actor]
    others: Answer = Answer.MISSING
    senders: frozenset[Actor] | None = None  # who may send, if not all who may read
    anonymous: Answer = Answer.SIGN_IN
    asks_first: bool = False  # to sign in, whatever the method
    # What is behind it is not ours: it decides for itself how to answer who is let in.
    decides_itself: bool = False

    def answer(self, method: str, actor: Actor) -> Answer:
        if self.asks_first and actor == Actor.ANONYMOUS and actor not in self.who:
            return Answer.SIGN_IN
        if method not in self.methods:
            return Answer.REFUSED
        who = self.who
        if method == "POST" and self.senders is not None:
            who = self.senders
        if actor in who:
            return Answer.OPEN
        return self.anonymous if actor == Actor.ANONYMOUS else self.others


EVERYBODY = frozenset(Actor)
SIGNED_IN = EVERYBODY - {Actor.ANONYMOUS}
# Nobody sees more of a roadmap for being an administrator.
OWNER = frozenset({Actor.OWNER})
CONSENTED = frozenset({Actor.ADVISOR})
# An address of an organisation is asked for by an advisor of that very organisation,
# where only a student's consent is gone: all but the student's page is open.
ADVISORS = frozenset({Actor.ADVISOR, Actor.WITHOUT})
LEADS = frozenset({Actor.LEAD})
MEMBERS = ADVISORS | LEADS
EDITORS = frozenset({Actor.ADMIN})

READ, SEND, FORM = ("GET", "HEAD"), ("POST",), ("GET", "HEAD", "POST")


def rule(methods: tuple[str, ...], who: frozenset[Actor], **more: Any) -> Rule:
    return Rule(frozenset(methods), who, **more)


def rules(
    methods: tuple[str, ...], who: frozenset[Actor], *names: str, **more: Any
) -> dict[str, Rule]:
    return dict.fromkeys(names, rule(methods, who, **more))


def planner(*names: str) -> list[str]:
    return [f"planner:{name}" for name in names]


# The programs' address of everything else: there is nothing, by any method.
NOWHERE = rule(METHODS, frozenset(), anonymous=Answer.MISSING)
# All of the desk asks whoever is no editor to sign in as one.
DESK = rule(
    METHODS, EDITORS, others=Answer.SIGN_IN, asks_first=True, decides_itself=True
)
# Pages of django-allauth, with nobody's id in their addresses: some are for whoever has
# an account, some for whoever comes.
OWN_ACCOUNT = rule(METHODS, SIGNED_IN, asks_first=True, decides_itself=True)
WAY_IN = rule(METHODS, EVERYBODY, decides_itself=True)


RULES: dict[str, Rule] = {
    # What needs no account; who has a link or a token is let in by it.
    **rules(
        READ,
        EVERYBODY,
        *planner("routes", "compare", "masters", "export", "fields", "careers"),
        *planner("suggest", "career", "sources", "report-sent", "deleted", "api"),
        *planner("shared", "calendar"),
        *("favicon.ico", "healthz", "readyz"),
    ),
    **rules(FORM, EVERYBODY, *planner("home", "keep", "report", "stop-reminders")),
    **rules(READ, EVERYBODY, *planner("api-careers", "api-career", "api-openapi")),
    **rules(SEND, EVERYBODY, "planner:api-plan"),
    "planner:api/v1/<path:rest>": NOWHERE,
    # One's own, whoever one is.
    **rules(READ, SIGNED_IN, *planner("roadmaps", "roadmaps-compare", "download")),
    **rules(FORM, SIGNED_IN, *planner("reminders", "delete-account")),
    # A roadmap, for its owner alone.
    **rules(
        READ,
        OWNER,
        *planner("roadmap", "roadmap-set", "roadmap-own", "roadmap-history"),
        *planner("roadmap-export", "roadmap-advice"),
    ),
    **rules(
        SEND,
        OWNER,
        *planner("roadmap-mark", "roadmap-go-to", "roadmap-undo", "roadmap-redo"),
        *planner("roadmap-duplicate", "roadmap-archive", "roadmap-restore"),
        *planner("roadmap-revoke", "roadmap-calendar", "roadmap-resolve"),
        *planner("roadmap-decline", "roadmap-review"),
    ),
    **rules(
        FORM,
        OWNER,
        *planner("roadmap-step", "roadmap-change", "roadmap-answers"),
        *planner("roadmap-rename", "roadmap-shares", "roadmap-say", "roadmap-delete"),
    ),
    # A student, for the advisors of an organisation that they let see them.
    **rules(READ, CONSENTED, *planner("student", "student-file")),
    **rules(FORM, CONSENTED, "planner:student-say"),
    **rules(
        SEND,
        CONSENTED,
        *planner("student-resolve", "student-review", "student-agree"),
        *planner("student-note", "student-assign"),
    ),
    # To whom one consented, and who looked.
    **rules(READ, SIGNED_IN, *planner("advisors", "organisations")),
    **rules(SEND, OWNER, "planner:consent-roadmap"),
    **rules(FORM, OWNER, "planner:consent-withdraw"),
    **rules(FORM, EVERYBODY, "planner:invitation", senders=SIGNED_IN),
    # An organisation, for its members; what advisors keep there is their own.
    **rules(READ, MEMBERS, *planner("organisation", "cohort")),
    **rules(READ, ADVISORS, *planner("remarks", "exports")),
    **rules(SEND, ADVISORS, *planner("saved-views", "roster-ticked")),
    **rules(FORM, ADVISORS, "planner:export-order"),
    **rules(SEND, CONSENTED, *planner("saved-view-delete", "bulk-export-cancel")),
    **rules(READ, CONSENTED, *planner("bulk-export", "bulk-export-file")),
    **rules(FORM, MEMBERS, *planner("invitations", "invitations-list")),
    # Any member revokes; a lead ends memberships, and everybody their own.
    **rules(SEND, CONSENTED | LEADS, "planner:invitation-revoke"),
    **rules(FORM, CONSENTED | LEADS, "planner:member-leave"),
    **rules(FORM, LEADS, *planner("members", "organisation-about")),
    **rules(READ, LEADS, "planner:usage"),
    # Accounts: our pages, and those of django-allauth.
    **rules(READ, SIGNED_IN, "account", asks_first=True),
    **rules(FORM, SIGNED_IN, "account_name", "account_sessions", asks_first=True),
    **dict.fromkeys(
        [
            "account_reauthenticate",
            "account_email",
            "account_change_password",
            "account_set_password",
            "mfa_index",
            "mfa_reauthenticate",
            "mfa_activate_totp",
            "mfa_deactivate_totp",
            "mfa_view_recovery_codes",
            "mfa_generate_recovery_codes",
            "mfa_download_recovery_codes",
            "socialaccount_connections",
        ],
        OWN_ACCOUNT,
    ),
    **dict.fromkeys(
        [
            "account_login",
            "account_logout",
            "account_inactive",
            "account_signup",
            "account_email_verification_sent",
            "account_reset_password",
            "account_confirm_login_code",
            "account_confirm_password_reset_code",
            "account_complete_password_reset",
            "account_password_reset_completed",
            "mfa_authenticate",
            "socialaccount_login_cancelled",
            "socialaccount_login_error",
            "socialaccount_signup",
            "openid_connect_login",
            "openid_connect_callback",
            # The desk's own way in and out, which leads to the site's.
            "admin:admin/login/",
            "admin:admin/logout/",
        ],
        WAY_IN,
    ),
}


@register()
def every_address_has_a_rule(**_kwargs: Any) -> list[CheckMessage]:
    """Name the addresses that nobody said who is let in to, and the rules of none."""
    known = {name for name, _route in addresses()}
    missing = sorted(known - set(RULES) - {name for name in known if is_desk(name)})
    gone = sorted(set(RULES) - known)
    return [
        Error(
            f"{what}: {', '.join(names)}.",
            hint="Say in planner/permissions.py who is let in.",
            id=f"planner.E{number:03}",
        )
        for number, (what, names) in enumerate(
            [
                ("These addresses have no rule", missing),
                ("These rules are of no address", gone),
            ],
            start=1,
        )
        if names
    ]


def rule_of(name: str) -> Rule:
    """Return the rule of an address, which all of the desk has in common."""
    return DESK if is_desk(name) and name not in RULES else RULES[name]


def is_desk(name: str) -> bool:
    return name.startswith("admin:")


def addresses() -> Iterator[tuple[str, str]]:
    """Yield the name and the pattern of every address; the pattern, if it has no name.

    Names of the desk are told apart by their patterns, since some are used twice.
    """
    yield from _walk(get_resolver().url_patterns, "", "")


def _walk(patterns: Any, before: str, space: str) -> Iterator[tuple[str, str]]:
    for pattern in patterns:
        route = before + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _walk(pattern.url_patterns, route, space + inner)
        elif space == "admin:":
            yield f"admin:{route}", route
        else:
            yield f"{space}{pattern.name or route}", route
