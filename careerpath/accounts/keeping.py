"""What is kept of people who sign in: as little as the pages show."""

from __future__ import annotations

from typing import Any

from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession

NO_ADDRESS = "::"

# The first that is found counts: most browsers also call themselves by other names.
_BROWSERS = {
    "Edg": "Edge",
    "OPR/": "Opera",
    "SamsungBrowser/": "Samsung Internet",
    "Firefox/": "Firefox",
    "FxiOS/": "Firefox",
    "CriOS/": "Chrome",
    "Chrome/": "Chrome",
    "Safari/": "Safari",
}
_MACHINES = {
    "iPhone": "iPhone",
    "iPad": "iPad",
    "Android": "Android",
    "CrOS": "ChromeOS",
    "Windows": "Windows",
    "Mac OS X": "Mac",
    "Linux": "Linux",
}


def keep_little_of_session(instance: UserSession, **signal: Any) -> None:
    """Keep the names of browser and machine, and no address."""
    instance.ip = NO_ADDRESS
    if instance._state.adding:
        instance.user_agent = device_in_words(instance.user_agent)


def keep_no_claims(instance: SocialAccount, **signal: Any) -> None:
    """Keep who somebody is at the campus login, and nothing else that it told."""
    instance.extra_data = {}


def device_in_words(user_agent: str) -> str:
    """Return browser and machine, such as "Firefox, Windows", as far as they are told.

    >>> device_in_words("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Firefox/140.0")
    'Firefox, Linux'
    """
    names = [
        next((name for mark, name in known.items() if mark in user_agent), "")
        for known in (_BROWSERS, _MACHINES)
    ]
    return ", ".join(filter(None, names))
