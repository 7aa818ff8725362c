"""Make an organisation, and invite its first lead."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.utils import timezone

from planner import consenting
from planner.addresses import is_address
from planner.models import Membership, Organisation


class Command(BaseCommand):
    help = (
        "Make an organisation and print the link by which its first lead joins. "
        "`manage.py work` mails the same link."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("name", help="as students know it")
        parser.add_argument(
            "--lead", required=True, metavar="EMAIL", help="who is invited as its lead"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        name, lead = options["name"].strip(), options["lead"].strip()
        most = Organisation._meta.get_field("name").max_length or 0
        if not 0 < len(name) <= most:
            raise CommandError(f"The name has 1 to {most} characters.")
        if not is_address(lead):
            raise CommandError(f"This is no e-mail address: {lead}")
        with transaction.atomic():
            organisation = Organisation.objects.create(name=name)
            invitation = consenting.invite_member(
                organisation, lead, Membership.Role.LEAD, by=None, now=timezone.now()
            )
        if invitation is None:
            raise AssertionError("Nobody is in a new organisation.")
        self.stdout.write(f"{organisation.name} is made. Its lead joins by this link,")
        self.stdout.write("once, within 30 days; keep it to the two of you:")
        self.stdout.write(consenting.link_of(invitation))
