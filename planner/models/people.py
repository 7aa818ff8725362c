"""The people who sign in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser


class User(AbstractUser):
    """Somebody with an account.

    Our own model from the first migration on, because a project cannot change to
    one later without rewriting its tables.
    """
