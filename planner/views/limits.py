"""How often one address may ask for something."""

from __future__ import annotations

from time import time

from django.core.cache import caches
from django.http import HttpRequest
from django.utils.crypto import salted_hmac


def seconds_to_wait(request: HttpRequest, what: str, *, most: int, seconds: int) -> int:
    """Count a request; return how long its sender has to wait, or 0.

    Counted by address and span of time in the cache of the process, under a keyed
    hash, so that no address is kept.
    """
    cache = caches["process"]
    now = time()
    span = int(now // seconds)
    address = request.META.get("REMOTE_ADDR", "")
    sender = salted_hmac("planner.api", address, algorithm="sha256").hexdigest()
    key = f"{what}:{sender}:{span}"
    cache.add(key, 0, timeout=2 * seconds)
    try:
        count = cache.incr(key)
    except ValueError:  # it ran out between the two
        return 0
    if count <= most:
        return 0
    return max(1, round((span + 1) * seconds - now))
