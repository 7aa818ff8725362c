"""What is true of every request: where it came from, and which headers go back."""

import ipaddress
from collections.abc import Callable
from contextlib import suppress

from django.conf import settings
from django.http import HttpRequest, HttpResponseBase


class AddressBehindProxy:
    """Take the address of visitors from the proxy, the last to write X-Forwarded-For.

    Only for a site that nobody reaches but through a proxy. Whatever counts by address
    would count all visitors as one otherwise. What the visitor wrote stands further
    left in the header, and is not looked at.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        last = request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip()
        with suppress(ValueError):  # where the proxy does not say, its own stays
            request.META["REMOTE_ADDR"] = str(ipaddress.ip_address(last))
        return self.get_response(request)


class SecurityHeaders:
    """Set the content, permissions and sharing policies on every response.

    It stands above WhiteNoise, so that static files carry them too. The content
    policy is constant and its setting has the shape of Django 6's `SECURE_CSP`;
    once the site runs on Django 6, that part of this class can go.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response
        self.headers = {
            "Content-Security-Policy": "; ".join(
                f"{directive} {' '.join(sources)}"
                for directive, sources in settings.SECURE_CSP.items()
            ),
            "Permissions-Policy": ", ".join(
                f"{feature}=()" for feature in settings.PERMISSIONS_REFUSED
            ),
            "Cross-Origin-Resource-Policy": "same-origin",
        }

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        response = self.get_response(request)
        for name, value in self.headers.items():
            response.headers[name] = value
        return response
