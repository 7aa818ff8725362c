"""Organisations and the people in them, so that a test shows only its subject."""

from __future__ import annotations

from django.test import Client
from django.utils import timezone

from planner.models import Consent, Membership, Organisation, Roadmap, User


def organisation(name: str = "Riverside College") -> Organisation:
    return Organisation.objects.create(name=name)


def person(name: str, **more: str) -> User:
    return User.objects.create_user(name, f"{name}@example.org", **more)


def advisor(of: Organisation, name: str) -> User:
    return member(of, name, Membership.Role.ADVISOR)


def lead(of: Organisation, name: str) -> User:
    return member(of, name, Membership.Role.LEAD)


def member(of: Organisation, name: str, role: str) -> User:
    user = User.objects.filter(username=name).first() or person(name)
    Membership.objects.create(
        organisation=of, user=user, role=role, joined_at=timezone.now()
    )
    return user


def consent(to: Organisation, roadmap: Roadmap, **more: object) -> Consent:
    """That a roadmap's owner lets an organisation see it."""
    return Consent.objects.create(
        organisation=to,
        student=roadmap.owner,
        roadmap=roadmap,
        given_at=timezone.now(),
        **more,
    )


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client
