"""An organisation with made-up students, to try out what advisors do.

Everything is made by the services that people use, as if it had happened over the last
three years. The same seed and day make the same students; passwords are always new.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from random import Random
from uuid import UUID

from allauth.account.models import EmailAddress
from django.db import transaction
from django.utils import timezone
from django.utils.text import slugify

from planner import consenting, keeping, leaving, talking
from planner.documents.background import BadInput
from planner.engine.background import (
    Background,
    Education,
    Experience,
    Mark,
    Override,
    OwnMilestone,
)
from planner.engine.plans import Step
from planner.models import (
    Comment,
    Consent,
    Invitation,
    Membership,
    Organisation,
    Roadmap,
    User,
)
from planner.pages.steps import by_date
from planner.queries import Published

CODE = UUID("5eed0000-0000-4000-8000-000000000001")
USERNAME = "demonstration-"  # what the user name of everybody made here begins with
NAME = "Harbour College (demonstration)"
ABOUT = "A made-up college, to try out what advisors do. Nobody here is real."
DOMAIN = "example.org"

STAFF = (
    ("Nadia", "Rahman", Membership.Role.ADVISOR),
    ("Tomás", "Herrera", Membership.Role.ADVISOR),
    ("Ingrid", "Solberg", Membership.Role.ADVISOR),
    ("Margaret", "Oyelaran", Membership.Role.LEAD),
)
GIVEN = """
Aaliyah Adaeze Aiko Amara Amina Anders Anjali Arjun Ayşe Beatriz Björn Camila Chen
Chiara Chidi Dalia Daniel Diego Dmitri Élodie Elena Emeka Emre Esther Farid Fatima
Felix Freya Gabriel Grace Hana Haruto Helena Hiroshi Ibrahim Ines Isabel Ivana Jakub
Jamal Joana Jonas Julia Kamal Karima Kofi Lars Layla Leila Lin Lucía Luka Maja Malik
Marek Maria Mateo Mei Mina Minh Miriam Mohammed Naomi Ngozi Nia Nikolai Nina Noor
Olga Omar Oscar Paolo Petra Priya Rafael Rania Ravi Rosa Sade Samir Sanna Santiago
Sara Sofia Søren Tariq Tenzin Thandiwe Théo Thiago Tuan Uma Valentina Viktor Wei
Yara Yasmin Youssef Yuki Zainab Zofia
"""
FAMILY = """
Abebe Adeyemi Ahmed Almeida Andersson Bauer Bello Bianchi Botha Castillo Chaudhry
Chen Costa Cruz Dang Davies Delgado Demir Diallo Dubois Eriksen Fernández Ferreira
Fischer Ghosh Gómez Haddad Hansen Hernández Horvat Hussain Ito Ivanova Jansen
Johansson Jung Kamau Kaplan Karlsson Khan Kim Kovač Kowalski Kumar Laurent Lê Levi
Lim López Maina Malik Mancini Marín Martins Mazur Mbeki Mehta Mendes Moreau Moreno
Müller Murphy Nair Nakamura Ndlovu Nguyen Novák Nowak O’Brien Okafor Okonkwo
Oliveira Osei Park Patel Petrov Phiri Popescu Qureshi Ramos Reyes Rossi Saito Santos
Sato Schmidt Sharma Silva Singh Suzuki Tan Tanaka Teixeira Tesfaye Torres Tran Usman
Vargas Vega Wang Weber Wójcik Yamamoto Yıldız Zhang
"""

CAREERS = {  # with how many of a hundred aim at each
    "software-developer": 18,
    "data-scientist": 15,
    "web-developer": 14,
    "machine-learning-engineer": 12,
    "information-security-analyst": 10,
    "database-administrator": 8,
    "business-intelligence-analyst": 7,
    "statistician": 5,
    "software-qa-analyst-and-tester": 4,
    "operations-research-analyst": 3,
    "robotics-engineer": 2,
    "bioinformatics-scientist": 2,
}
FIELDS = ("26.0101", "40.0801", "45.0601", "27.0501", "11.0701", "52.0301")
REASONS = (
    ("milestone:internship", "I worked in my uncle’s repair shop for two summers."),
    ("milestone:internship", "I care for my father and cannot be away all summer."),
    ("milestone:portfolio", "My work is shown on the site of the club that I built."),
    ("skill:git", "We used it every day where I worked before."),
)
OWN = ("Learn German to B1", "Move to Rotterdam", "Parental leave", "Driving licence")
BY_ADVISORS = (
    "Could you start this a month earlier? The places go quickly.",
    "This looks right to me. Talk to the careers desk before you apply.",
    "You have more hours now than when you planned this; shall we look at it together?",
    "Have you asked whether your earlier course counts towards this?",
    "The spring intake is closed by now. Autumn is the next.",
)
BY_STUDENTS = (
    "I moved this because of my shifts; is that all right?",
    "I am not sure that I need this. What do you think?",
    "My tutor says that the second term is better for this.",
)
NOTES = (
    "Came to the open hour; worried about money, knows about the grant now.",
    "Prefers to be written to, not called.",
    "Asked for a reference letter; remind me in May.",
)


class AlreadyThere(Exception):
    """The demonstration organisation is there already."""


@dataclass(frozen=True, slots=True)
class Account:
    """How somebody who works there signs in."""

    name: str
    role: str
    email: str
    password: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Manner:
    """How somebody goes about a plan: by how many weeks each step takes longer."""

    share: int  # of a hundred
    early: int
    late: int
    is_behind: bool = False  # marked nothing for some time
    plans_anew: bool = False


MANNERS = (
    _Manner(share=46, early=0, late=1),
    _Manner(share=18, early=0, late=9, plans_anew=True),
    _Manner(share=24, early=0, late=4, is_behind=True),
    _Manner(share=12, early=-3, late=0),
)


@transaction.atomic
def make(
    published: Published,
    *,
    students: int,
    seed: int,
    now: datetime,
    say: Callable[[int], None],
) -> list[Account]:
    """Make the organisation, all or nothing; return how those who work there sign in.

    `say` is told how many students are made. Raises AlreadyThere.
    """
    if Organisation.objects.filter(code=CODE).exists():
        raise AlreadyThere
    random = Random(seed)  # noqa: S311 - nothing here is secret
    organisation = Organisation.objects.create(code=CODE, name=NAME, about=ABOUT)
    people, accounts = _staff(organisation, now)
    advisors = [user for user, role in people if role == Membership.Role.ADVISOR]
    lead = people[-1][0]
    invitation = Invitation.objects.create(
        organisation=organisation,
        kind=Invitation.Kind.STUDENT,
        made_by=lead,
        created_at=now - timedelta(days=3 * 366),
        expires_at=now + timedelta(days=30),
    )
    for number, name in enumerate(_names(random, students), start=1):
        _student(number, name, published, invitation, advisors, random, now)
        say(number)
    return accounts


@transaction.atomic
def delete() -> int:
    """Delete the organisation and everybody made for it; return how many people.

    Somebody else who let it see a plan keeps their account and plan.
    """
    Organisation.objects.filter(code=CODE).delete()
    made = list(User.objects.filter(username__startswith=USERNAME))
    for user in made:
        leaving.delete_everything(user)
    return len(made)


def _staff(
    organisation: Organisation, now: datetime
) -> tuple[list[tuple[User, str]], list[Account]]:
    people: list[tuple[User, str]] = []
    accounts: list[Account] = []
    for number, (given, family, role) in enumerate(STAFF, start=1):
        password = secrets.token_urlsafe(12)
        user = _user(f"staff-{number}", given, family, password)
        EmailAddress.objects.create(
            user=user, email=user.email, verified=True, primary=True
        )
        Membership.objects.create(
            organisation=organisation, user=user, role=role, joined_at=now
        )
        people.append((user, role))
        accounts.append(Account(user.get_full_name(), role, user.email, password))
    return people, accounts


def _user(
    key: str, given: str, family: str, password: str | None = None, extra: str = ""
) -> User:
    address = f"{slugify(given)}.{slugify(family)}{extra}@{DOMAIN}"
    return User.objects.create_user(
        f"{USERNAME}{key}", address, password, first_name=given, last_name=family
    )


def _names(random: Random, number: int) -> Iterable[tuple[str, str]]:
    """Yield so many names, each once as long as there are enough."""
    pairs = [(given, family) for given in GIVEN.split() for family in FAMILY.split()]
    random.shuffle(pairs)
    for count in range(number):
        yield pairs[count % len(pairs)]


# One student


def _student(
    number: int,
    name: tuple[str, str],
    published: Published,
    invitation: Invitation,
    advisors: list[User],
    random: Random,
    now: datetime,
) -> None:
    given, family = name
    user = _user(str(number), given, family, extra=str(number))
    today = timezone.localdate(now)
    start = _start(random, today)
    kept_at = min(_at(start), now - timedelta(days=random.randrange(3, 40)))
    if random.random() < 0.04:  # looks first, and shows no plan yet
        consenting.agree(invitation, user, roadmap=None, now=kept_at)
        return
    roadmap = _roadmap(user, published, random, start, kept_at)
    consent = consenting.agree(invitation, user, roadmap=roadmap, now=kept_at)
    if random.random() < 0.85:
        consent.advisor = random.choice(advisors)
        consent.save(update_fields=["advisor"])
    manner = random.choices(MANNERS, [one.share for one in MANNERS])[0]
    _live(roadmap, manner, random, now)
    _talk(consent, advisors, random, now)
    if random.random() < 0.06:
        consenting.withdraw(consent, now)


def _start(random: Random, today: date) -> date:
    """Return a day of the last three years: most begin in autumn, some are to begin."""
    if random.random() < 0.1:
        return today + timedelta(days=random.randrange(10, 120))
    day = today - timedelta(days=random.randrange(20, 3 * 365))
    if random.random() < 0.7:
        autumn = date(day.year, 9, 1)
        day = autumn if autumn < today else date(day.year - 1, 9, 1)
    return day


def _roadmap(
    user: User,
    published: Published,
    random: Random,
    start: date,
    now: datetime,
) -> Roadmap:
    """Keep a plan; without what is of one's own where that makes it impossible."""
    background = _background(published, random, start)
    title = published.catalogue.roles[background.career].title
    plain = replace(background, not_needed=(), own=())
    for answers in (background, plain):
        try:
            with transaction.atomic():
                return keeping.keep(user, published, answers, name=title, now=now)
        except BadInput:
            if answers is plain:
                raise
    raise AssertionError("One of the two is kept.")


def _background(published: Published, random: Random, start: date) -> Background:
    catalogue, fields = published.catalogue, published.document["fields"]
    careers = {slug: n for slug, n in CAREERS.items() if slug in catalogue.roles}
    career = random.choices([*careers], [*careers.values()])[0]
    background = Background(
        career=career,
        start=start,
        hours_per_week=random.choice((6, 8, 10, 10, 12, 15, 20, 25)),
        full_time_study=random.random() < 0.8,
    )
    kind = random.random()
    if kind > 0.6:  # the others come from school
        finished = date(start.year - random.randrange(1, 6), 5, 31)
        field = random.choice([code for code in FIELDS if code in fields])
        background = replace(
            background,
            education=(Education(level="bachelor", field=field, finished=finished),),
            skills={"python": random.choice(("some", "solid"))},
        )
    if kind > 0.9 and "software-developer" in catalogue.roles:
        months = random.randrange(12, 60)
        background = replace(
            background,
            full_time_study=False,
            experience=(Experience(role="software-developer", months=months),),
        )
    known = [one for one in REASONS if one[0] in catalogue]
    if known and random.random() < 0.14:
        thing, because = random.choice(known)
        reason = Override(id=thing, because=because)
        background = replace(background, not_needed=(reason,))
    if random.random() < 0.08:
        own = OwnMilestone(
            slug="own-1", title=random.choice(OWN), weeks=random.randrange(3, 16)
        )
        background = replace(background, own=(own,))
    return background


def _live(roadmap: Roadmap, manner: _Manner, random: Random, now: datetime) -> None:
    """Mark what became of the steps so far, on the days on which it happened."""
    today = timezone.localdate(now)
    until = today
    if manner.is_behind:
        until -= timedelta(weeks=random.randrange(3, 60))
    standing = _standing(roadmap)
    for step in sorted(standing.plan.steps, key=by_date):
        if step.start > until:
            break
        mark = _mark(step, manner, random, until, today)
        standing = _standing(roadmap)
        day = mark.finished or mark.started or until
        keeping.mark(
            standing,
            step.id,
            mark,
            by=roadmap.owner,
            base=standing.roadmap.revision,
            now=_at(day),
        )
    if manner.plans_anew and random.random() < 0.5:
        standing = _standing(roadmap)
        answer = keeping.planned_anew(standing, today)
        keeping.accept(
            standing,
            standing.published,
            answer,
            "Planned the rest anew.",
            by=roadmap.owner,
            base=standing.roadmap.revision,
            now=now - timedelta(days=random.randrange(1, 5)),
        )


def _mark(
    step: Step, manner: _Manner, random: Random, until: date, today: date
) -> Mark:
    weeks = random.randint(manner.early, manner.late)
    # What depends on others takes longer more often: a summer, an answer, a place.
    if "search" in step.id or "internship" in step.id:
        weeks += random.randint(0, 8) if manner.late > 1 else 0
    end = max(step.finish + timedelta(weeks=weeks), step.start + timedelta(days=3))
    if end <= until:
        return Mark(started=step.start, finished=end)
    has_said = weeks > 0 and end > today and not manner.is_behind
    return Mark(started=step.start, expected=end if has_said else None)


def _talk(
    consent: Consent, advisors: list[User], random: Random, now: datetime
) -> None:
    """Let student and advisor write to each other, and lead the review on."""
    if consent.roadmap is None:
        return
    advisor = consent.advisor or random.choice(advisors)
    days = iter(sorted(random.sample(range(1, 90), 5), reverse=True))

    def ago() -> datetime:
        return now - timedelta(days=next(days), minutes=random.randrange(600))

    steps = [step.id for step in _standing(consent.roadmap).plan.steps]
    if random.random() < 0.3:
        text = random.choice(BY_STUDENTS)
        _say(consent, consent.student, text, steps, random, ago())
    if random.random() < 0.4:
        remark = _say(
            consent, advisor, random.choice(BY_ADVISORS), steps, random, ago()
        )
        if random.random() < 0.5:
            talking.resolve(remark, advisor, now=now, is_open=False)
    if random.random() < 0.12:
        talking.note(consent, advisor, random.choice(NOTES), now=ago())
    review, luck = Consent.Review, random.random()
    if luck < 0.55:
        text = "Please look at it when you have time."
        talking.lead_on(consent, consent.student, review.SUBMITTED, text, now=ago())
    if luck < 0.12:
        text = "Nearly there: look at the remarks, and submit it again."
        talking.lead_on(consent, advisor, review.CHANGES, text, now=ago())
    elif luck < 0.4:
        text = "This is a plan that I would follow."
        talking.lead_on(consent, advisor, review.APPROVED, text, now=ago())
        _agree_to_reasons(consent, advisor, now)


def _say(
    consent: Consent,
    author: User,
    text: str,
    steps: list[str],
    random: Random,
    now: datetime,
) -> Comment:
    step = random.choice(steps) if steps and random.random() < 0.7 else ""
    return talking.say(consent, author, text, now=now, step=step)


def _agree_to_reasons(consent: Consent, advisor: User, now: datetime) -> None:
    if consent.roadmap is None:
        return
    for one in _standing(consent.roadmap).background.not_needed:
        talking.approve_override(consent, one.id, one.because, advisor, now=now)


def _standing(roadmap: Roadmap) -> keeping.Standing:
    fresh = Roadmap.objects.as_they_stand().select_related("owner")
    return keeping.standing_of(fresh.get(pk=roadmap.pk))


def _at(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time(12)))
