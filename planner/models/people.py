"""The people who sign in."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.utils.functional import cached_property


class User(AbstractUser):
    """Somebody with an account.

    Our own model from the first migration on, because a project cannot change to
    one later without rewriting its tables.
    """

    @cached_property
    def is_member(self) -> bool:
        """Whether they work in an organisation. Takes a query the first time."""
        return self.memberships.filter(left_at=None).exists()
