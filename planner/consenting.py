"""Who may see what: members of organisations, invitations, and students' consent."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from smtplib import SMTPDataError, SMTPRecipientsRefused

from allauth.account.models import EmailAddress
from django.conf import settings
from django.core.cache import caches
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.db import IntegrityError, transaction
from django.db.models import QuerySet
from django.db.models.functions import Lower
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext as _

from planner import bulk, keeping
from planner.addresses import Line, is_address
from planner.auditing import person_name
from planner.models import (
    BulkExport,
    Consent,
    Invitation,
    Membership,
    Organisation,
    Roadmap,
    RoadmapStanding,
    User,
)

log = logging.getLogger(__name__)

MAILED_FOR = timedelta(days=30)  # an invitation by mail holds
MOST_AT_ONCE = 2_000  # addresses in one list
TRIED_FOR = timedelta(days=1)  # an address that is refused for now
PAUSED, A_MINUTE = "mails-wait", 60  # in the process's cache; seconds
PERMANENT = 500  # the first of the codes by which mail servers refuse for good


class Gone(Exception):
    """An invitation leads nowhere any more: answered, revoked or too old."""


class LastLead(Exception):
    """An organisation is not left without a lead."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Checked:
    """A list of addresses before anybody is written to: each line on one heap."""

    new: tuple[Line, ...]
    here: tuple[Line, ...]  # of students who consented
    waiting: tuple[Line, ...]  # invited, and not answered yet
    repeated: tuple[Line, ...]
    wrong: tuple[Line, ...]  # no addresses


# What students are told


def what_is_seen() -> list[str]:
    """Say what the advisors of an organisation see of a student."""
    return [
        _(
            "One roadmap, which you choose: its steps with their dates and reasons, "
            "and what you have that counts for it."
        ),
        _("What you started, what is done, and what you change from then on."),
        _("Your reasons why you do not need something."),
        _("Your name and your e-mail address."),
    ]


def what_is_not_seen() -> list[str]:
    """Say what the advisors of an organisation do not see of a student."""
    return [
        _("Your notes to steps."),
        _("Your other roadmaps, and everything else in your account."),
    ]


# Inviting


def check_addresses(
    organisation: Organisation, lines: Iterable[Line], now: datetime
) -> Checked:
    """Tell which addresses of a list are new, in three queries; nothing is kept.

    Upper and lower case are alike: hardly anybody has an address but for them.
    """
    lines = list(lines)
    asked = {line.text.lower() for line in lines if is_address(line.text)}
    here = _addresses_here(organisation, asked)
    waiting = set(
        _waiting(organisation, Invitation.Kind.STUDENT, now)
        .annotate(address=Lower("email"))
        .filter(address__in=asked)
        .values_list("address", flat=True)
    )
    heaps: dict[str, list[Line]] = {
        name: [] for name in ("new", "here", "waiting", "repeated", "wrong")
    }
    seen: set[str] = set()
    for line in lines:
        address = line.text.lower()
        if address not in asked:
            heap = "wrong"
        elif address in seen:
            heap = "repeated"
        elif address in here:
            heap = "here"
        elif address in waiting:
            heap = "waiting"
        else:
            heap = "new"
        seen.add(address)
        heaps[heap].append(line)
    return Checked(**{name: tuple(found) for name, found in heaps.items()})


@transaction.atomic
def invite_students(
    organisation: Organisation,
    lines: Iterable[Line],
    *,
    by: User,
    message: str,
    now: datetime,
) -> Checked:
    """Invite the new ones among these addresses; `send_invitations` mails them.

    Two members who send one list at the same time invite everybody once.
    """
    _lock(organisation)
    checked = check_addresses(organisation, lines, now)
    Invitation.objects.bulk_create(
        Invitation(
            organisation=organisation,
            kind=Invitation.Kind.STUDENT,
            email=line.text,
            message=message,
            made_by=by,
            created_at=now,
            expires_at=now + MAILED_FOR,
        )
        for line in checked.new
    )
    return checked


@transaction.atomic
def invite_member(
    organisation: Organisation,
    email: str,
    role: str,
    *,
    by: User | None,
    message: str = "",
    now: datetime,
) -> Invitation | None:
    """Invite somebody to work in an organisation, or None if they wait or do already.

    `by` is None for who is invited as the first lead.
    """
    _lock(organisation)
    are_here = EmailAddress.objects.filter(
        email__iexact=email,
        verified=True,
        user__in=_members(organisation, role).values("user"),
    )
    if are_here.exists() or _waiting(organisation, role, now).filter(
        email__iexact=email
    ):
        return None
    return Invitation.objects.create(
        organisation=organisation,
        kind=role,
        email=email,
        message=message,
        made_by=by,
        created_at=now,
        expires_at=now + MAILED_FOR,
    )


# Answering


@transaction.atomic
def agree(
    invitation: Invitation, student: User, *, roadmap: Roadmap | None, now: datetime
) -> Consent:
    """Let an organisation that invited see a roadmap of the student's, or none yet.

    Whoever holds the link may answer, also of one that was mailed to another address:
    people have several. One that was mailed is answered once. Who lets the organisation
    see a roadmap already keeps that as it is. Raises Gone.
    """
    is_answered = _answer(invitation, now)
    mine = Consent.objects.of(student).filter(
        organisation=invitation.organisation_id, withdrawn_at=None
    )
    consent = mine.first()
    if consent is not None:
        return consent
    if not is_answered:
        raise Gone
    try:
        with transaction.atomic():
            consent = Consent.objects.create(
                organisation=invitation.organisation,
                student=student,
                roadmap=roadmap,
                advisor=_advisor_who_made(invitation),
                given_at=now,
            )
    except IntegrityError:  # clicked twice, and the other click was faster
        return mine.get()
    _see_to_standing(roadmap)
    return consent


@transaction.atomic
def join(invitation: Invitation, user: User, *, now: datetime) -> Membership:
    """Make somebody a member of an organisation, as what they are invited as.

    Whoever holds the link may, once. Who is that already stays it. Raises Gone.
    """
    is_answered = _answer(invitation, now)
    mine = Membership.objects.filter(
        organisation=invitation.organisation_id,
        user=user,
        role=invitation.kind,
        left_at=None,
    )
    member = mine.first()
    if member is not None:
        return member
    if not is_answered:
        raise Gone
    try:
        with transaction.atomic():
            return Membership.objects.create(
                organisation=invitation.organisation,
                user=user,
                role=invitation.kind,
                joined_at=now,
            )
    except IntegrityError:
        return mine.get()


def decline(invitation: Invitation, now: datetime) -> None:
    """Answer an invitation with no; a link for many stays for the others."""
    if not _answer(invitation, now):
        raise Gone


# Consent


@transaction.atomic
def choose_roadmap(consent: Consent, roadmap: Roadmap | None, now: datetime) -> None:
    """Show an organisation another roadmap, or none; its review begins anew.

    Files that were made of the one before are made anew before anybody gets them.
    """
    if roadmap == consent.roadmap:
        return
    Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(
        roadmap=roadmap,
        review=Consent.Review.DRAFT,
        reviewed_at=now,
        reviewed_revision=None,
    )
    _see_to_standing(roadmap)


@transaction.atomic
def withdraw(consent: Consent, now: datetime) -> None:
    """Let an organisation see nothing of a student any more, from the next request on.

    The student is taken out of its files too, made or being made.
    """
    Consent.objects.filter(pk=consent.pk, withdrawn_at=None).update(withdrawn_at=now)
    bulk.leave_out(consent)


# Members


@transaction.atomic
def end_membership(membership: Membership, now: datetime) -> None:
    """End what somebody does in an organisation, from the next request on.

    Raises LastLead where nobody would be left to manage members.
    """
    organisation = _lock(membership.organisation)
    if membership.role == Membership.Role.LEAD:
        others = _members(organisation, Membership.Role.LEAD).exclude(pk=membership.pk)
        if not others.exists():
            raise LastLead
    Membership.objects.filter(pk=membership.pk, left_at=None).update(left_at=now)
    clear_up_after(membership, now)


@transaction.atomic
def clear_up_after(membership: Membership, now: datetime) -> None:
    """Take back what hangs on a membership that ended.

    An advisor's students are nobody's, and their orders for files are cancelled. A
    lead's invitations of members lead nowhere: they could be back through one.
    """
    if membership.role == Membership.Role.ADVISOR:
        Consent.objects.filter(
            organisation=membership.organisation_id, advisor=membership.user_id
        ).update(advisor=None)
        orders = BulkExport.objects.of(membership.user, membership.organisation)
        for order in orders.exclude(state=BulkExport.State.CANCELLED):
            bulk.cancel(order, now)
    else:
        Invitation.objects.filter(
            organisation=membership.organisation_id, made_by=membership.user_id
        ).exclude(kind=Invitation.Kind.STUDENT).update(revoked_at=now)


# Mails


def send_invitations(now: datetime) -> int:
    """Mail the invitations that wait for it; return how many went out.

    Several processes may do so at once: each takes a mail for itself before it sends
    it. One that is killed between the two has lost that mail, which is better than to
    send it twice. Where the mail server does not answer, or asks to come again, the
    rest waits, and this process asks it nothing for a minute.
    """
    if caches["process"].get(PAUSED):
        return 0
    waiting = Invitation.objects.in_force(now).filter(sent_at=None).exclude(email="")
    keys = list(waiting.order_by("pk").values_list("pk", flat=True)[:MOST_AT_ONCE])
    if not keys:
        return 0
    sent = 0
    connection = get_connection()
    try:
        connection.open()
        for key in keys:
            # Else another process has it, or it was revoked meanwhile.
            if waiting.filter(pk=key).update(sent_at=now):
                sent += _send(key, connection, now)
    except OSError:
        _pause()
        log.warning("Invitations wait: the mail server cannot be reached.")
    finally:
        with suppress(OSError):  # what was sent is sent
            connection.close()
    return sent


def _send(key: int, connection: BaseEmailBackend, now: datetime) -> bool:
    """Send one mail; give it back if it cannot be sent now, and raise what that was.

    An address that is refused for good, or for a day, is not tried again.
    """
    mine = Invitation.objects.filter(pk=key)
    mail = mail_of(mine.select_related("organisation", "made_by").get())
    mail.connection = connection
    try:
        mail.send()
    except (SMTPRecipientsRefused, SMTPDataError) as refused:
        if _is_final(refused) or not mine.filter(created_at__gt=now - TRIED_FOR):
            mine.update(revoked_at=now)
        else:
            mine.update(sent_at=None)
            _pause()
        return False
    except ValueError:  # no mail goes to such an address, whatever the server says
        mine.update(revoked_at=now)
        return False
    except OSError:
        mine.update(sent_at=None)
        raise
    return True


def _pause() -> None:
    caches["process"].set(PAUSED, True, timeout=A_MINUTE)


def _is_final(refused: SMTPRecipientsRefused | SMTPDataError) -> bool:
    if isinstance(refused, SMTPDataError):
        return refused.smtp_code >= PERMANENT
    return all(code >= PERMANENT for code, _said in refused.recipients.values())


def mail_of(invitation: Invitation) -> EmailMessage:
    """Return the mail that invites: who asks, what would be seen, how to ignore it."""
    by, organisation = invitation.made_by, invitation.organisation.name
    words = {"organisation": organisation}
    if invitation.kind == Invitation.Kind.STUDENT:
        subject = _("%(organisation)s asks to see your roadmap") % words
    elif invitation.kind == Invitation.Kind.ADVISOR:
        subject = _("%(organisation)s invites you as an advisor") % words
    else:
        subject = _("%(organisation)s invites you as a lead") % words
    context = {
        "invitation": invitation,
        "asks": who_asks(invitation),
        "seen": what_is_seen(),
        "not_seen": what_is_not_seen(),
        "address": link_of(invitation),
    }
    return EmailMessage(
        " ".join(subject.split()),
        render_to_string("planner/email/invitation.txt", context),
        to=[invitation.email],
        reply_to=[by.email] if by is not None and by.email else None,
        headers={"Auto-Submitted": "auto-generated"},
    )


def who_asks(invitation: Invitation) -> str:
    """Say who invites: somebody of an organisation, or the organisation alone."""
    if invitation.made_by is None:
        return invitation.organisation.name
    return _("%(person)s of %(organisation)s") % {
        "person": person_name(invitation.made_by),
        "organisation": invitation.organisation.name,
    }


def link_of(invitation: Invitation) -> str:
    """Return the address of an invitation, for mails and for whoever hands it on."""
    path = reverse("planner:invitation", args=[invitation.token])
    return settings.SITE_ADDRESS + path


# What they share


def _answer(invitation: Invitation, now: datetime) -> bool:
    """Say whether an invitation holds; one that was mailed is answered by that."""
    holding = Invitation.objects.in_force(now).filter(pk=invitation.pk)
    if not invitation.email:
        return holding.exists()
    return bool(holding.update(answered_at=now))


def _advisor_who_made(invitation: Invitation) -> User | None:
    if invitation.made_by is None:
        return None
    advises = _members(invitation.organisation, Membership.Role.ADVISOR).filter(
        user=invitation.made_by
    )
    return invitation.made_by if advises.exists() else None


def _see_to_standing(roadmap: Roadmap | None) -> None:
    """Write how a roadmap stands if it was not changed since that is written."""
    if roadmap is None or RoadmapStanding.objects.filter(pk=roadmap.pk).exists():
        return
    keeping.write_standing_of(Roadmap.objects.as_they_stand().get(pk=roadmap.pk))


def _members(organisation: Organisation, role: str) -> QuerySet[Membership]:
    return Membership.objects.in_force().filter(organisation=organisation, role=role)


def _waiting(
    organisation: Organisation, kind: str, now: datetime
) -> QuerySet[Invitation]:
    """Return the invitations by mail that nobody has answered yet."""
    holding = Invitation.objects.in_force(now).exclude(email="")
    return holding.filter(organisation=organisation, kind=kind)


def _addresses_here(organisation: Organisation, asked: set[str]) -> set[str]:
    """Return those addresses that are of students who consented."""
    students = Consent.objects.in_force().filter(organisation=organisation)
    own = (
        students.annotate(address=Lower("student__email"))
        .filter(address__in=asked)
        .values_list("address", flat=True)
    )
    proven = (
        EmailAddress.objects.filter(verified=True, user__in=students.values("student"))
        .annotate(address=Lower("email"))
        .filter(address__in=asked)
        .values_list("address", flat=True)
    )
    return {*own, *proven}


def _lock(organisation: Organisation) -> Organisation:
    """Let one at a time change who belongs to an organisation, until that is saved."""
    return Organisation.objects.select_for_update().get(pk=organisation.pk)
