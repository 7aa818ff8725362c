"""What students and advisors say to each other about a roadmap, and how it is reviewed.

All of it hangs on the student's consent: each organisation sees its own remarks alone.
"""

from __future__ import annotations

import logging
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.text import slugify
from django.utils.translation import gettext as _

from planner.auditing import person_name
from planner.mailing import mail_to
from planner.models import (
    AdvisorNote,
    ApprovedOverride,
    Comment,
    Consent,
    Membership,
    ReminderSettings,
    Roadmap,
    User,
)

log = logging.getLogger(__name__)

NAMED = re.compile(r"(?<![\w@])@([\w][\w-]*)")
Review = Consent.Review

# Who may lead a review on, from which state, and to which.
BY_STUDENT = {
    Review.DRAFT: (Review.SUBMITTED,),
    Review.CHANGES: (Review.SUBMITTED,),
    Review.APPROVED: (Review.SUBMITTED,),
    Review.SUBMITTED: (Review.DRAFT,),
}
BY_ADVISOR = {
    Review.DRAFT: (Review.CHANGES, Review.APPROVED),
    Review.SUBMITTED: (Review.CHANGES, Review.APPROVED),
    Review.CHANGES: (Review.APPROVED,),
    Review.APPROVED: (Review.CHANGES,),
}


class NotNow(Exception):
    """A review does not go on that way, or not any more."""


# Saying something


@transaction.atomic
def say(
    consent: Consent,
    author: User,
    text: str,
    *,
    now: datetime,
    step: str = "",
    review: str = "",
    proposal: str = "",
    proposed: str = "",
) -> Comment:
    """Write a remark to the roadmap that is shown, or to a step of it.

    Whoever is named in it, and the student, get a mail if they want any.
    """
    comment = Comment.objects.create(
        consent=consent,
        roadmap=_shown(consent),
        author=author,
        made_at=now,
        text=text,
        step=step,
        review=review,
        proposal=proposal,
        proposed=proposed,
    )
    people = people_of(consent)
    named = [
        person
        for handle, person in people.items()
        if handle in {name.lower() for name in NAMED.findall(text)}
    ]
    comment.mentioned.set(named)
    told = {person.pk for person in (*named, consent.student)} - {author.pk}
    transaction.on_commit(lambda: _tell(comment, author, told))
    return comment


def resolve(comment: Comment, by: User, *, now: datetime, is_open: bool) -> None:
    """Say that a remark is dealt with, or that it is not after all."""
    Comment.objects.filter(pk=comment.pk).update(
        resolved_at=None if is_open else now, resolved_by=None if is_open else by
    )


def take(comment: Comment, *, now: datetime) -> None:
    """Say that the student took what a remark suggests."""
    _open_proposals(comment).update(taken_at=now)


def decline(comment: Comment, *, now: datetime) -> None:
    """Say that the student does not want what a remark suggests."""
    _open_proposals(comment).update(declined_at=now)


def people_of(consent: Consent) -> dict[str, User]:
    """Return who can be named in a remark, by what follows the @.

    These are the student and the advisors of the organisation.
    """
    members = (
        Membership.objects.in_force()
        .advisors()
        .filter(organisation=consent.organisation)
        .select_related("user")
    )
    people = [consent.student, *(member.user for member in members)]
    seen: Counter[str] = Counter()
    handles: dict[str, User] = {}
    for person in dict.fromkeys(people):
        name = person.get_full_name() or person.email.partition("@")[0]
        handle = slugify(name, allow_unicode=True) or f"p{person.pk}"
        seen[handle] += 1
        handles[handle if seen[handle] == 1 else f"{handle}-{seen[handle]}"] = person
    return handles


# Reviewing


@transaction.atomic
def lead_on(
    consent: Consent,
    by: User,
    review: str,
    text: str,
    *,
    now: datetime,
) -> None:
    """Lead a review on, with a remark. Raises NotNow if it stands elsewhere by now."""
    ways = BY_STUDENT if by.pk == consent.student_id else BY_ADVISOR
    before = [state for state, after in ways.items() if review in after]
    roadmap = _shown(consent)
    is_held = review in (Review.SUBMITTED, Review.APPROVED)
    moved = Consent.objects.filter(
        pk=consent.pk, review__in=before, withdrawn_at=None
    ).update(
        review=review,
        reviewed_at=now,
        reviewed_revision=roadmap.revision if is_held else None,
    )
    if not moved:
        raise NotNow
    say(consent, by, text, now=now, review=review)


def approve_override(
    consent: Consent, thing: str, because: str, by: User, *, now: datetime
) -> None:
    """Agree that something is not needed, for the reason that the student gives."""
    ApprovedOverride.objects.update_or_create(
        consent=consent,
        roadmap=_shown(consent),
        thing=thing,
        defaults={"because": because, "approved_by": by, "approved_at": now},
    )


def approvals_of(
    approved: Iterable[ApprovedOverride], reasons: Mapping[str, str]
) -> dict[str, ApprovedOverride]:
    """Return the approvals that still hold: those of the reasons as they are now."""
    return {one.thing: one for one in approved if reasons.get(one.thing) == one.because}


def note(consent: Consent, author: User, text: str, *, now: datetime) -> AdvisorNote:
    """Keep a note that the advisors of the organisation read, and the student not.

    The student sees that there is one, and has it in the download of everything.
    """
    return AdvisorNote.objects.create(
        consent=consent, author=author, made_at=now, text=text
    )


def _open_proposals(comment: Comment) -> QuerySet[Comment]:
    return Comment.objects.filter(pk=comment.pk, taken_at=None, declined_at=None)


def _shown(consent: Consent) -> Roadmap:
    if consent.roadmap is None:
        raise ValueError(f"Consent {consent.pk} shows no roadmap.")
    return consent.roadmap


def _tell(comment: Comment, author: User, told: set[int]) -> None:
    """Mail what was said to whom it is about, if they want mails."""
    consent = comment.consent
    wanted = ReminderSettings.objects.filter(
        user__in=told, user__is_active=True, advice=True
    ).select_related("user")
    for one in wanted:
        if not one.user.email:
            continue
        if one.user_id == consent.student_id:
            page = reverse("planner:roadmap-advice", args=[comment.roadmap.code])
        else:
            page = reverse(
                "planner:student", args=[consent.organisation.code, consent.code]
            )
        words = {"who": person_name(author), "name": comment.roadmap.name}
        mail = mail_to(
            one,
            _("%(who)s wrote to the roadmap “%(name)s”") % words,
            "planner/email/remark.txt",
            comment=comment,
            who=words["who"],
            address=settings.SITE_ADDRESS + page,
        )
        try:
            mail.send()
        except OSError:  # smtplib's errors are such; what was said is kept all the same
            log.warning("A mail about a remark could not be sent.")
