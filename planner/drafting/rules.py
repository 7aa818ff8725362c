"""What editors decided about routes made from public data, as tables.

Public data say what is typical: a degree, related work, training. They do not say how
long a certificate or an apprenticeship takes, or how many hours a program is learned
in. What stands here without another source is editors' judgement, and its rows say so;
docs/catalogue.md tells of each.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

JUDGEMENT = "editors-judgement"
SEARCH = "job-search"  # the shipped milestone by which one gets hired
DIPLOMA = "high-school-diploma"  # the shipped degree


@dataclass(frozen=True, slots=True, kw_only=True)
class ModeRule:
    """One way to study at a level: low, likely and high, and what it costs."""

    name: str
    takes: tuple[str, str, str, str]  # low, likely, high, unit
    hours: str = "40"
    is_main: bool = False
    is_academic: bool = True
    source: str = JUDGEMENT
    cost: tuple[str, str, str] | None = None  # dollars, per, source


TWO_COURSES = "part-time, two courses a term"
ONE_COURSE = "part-time, one course at a time"

# The degrees of the shipped catalogue have the same figures; see there for each source.
MODES: dict[str, tuple[ModeRule, ...]] = {
    "certificate": (
        ModeRule(name="full-time", takes=("6", "12", "24", "months"), is_main=True),
        ModeRule(
            name=TWO_COURSES,
            takes=("12", "24", "36", "months"),
            hours="18",
            is_academic=False,
        ),
        ModeRule(
            name=ONE_COURSE,
            takes=("24", "40", "60", "months"),
            hours="9",
            is_academic=False,
        ),
    ),
    "associate": (
        ModeRule(
            name="full-time",
            takes=("2", "3", "6", "years"),
            is_main=True,
            source="nces-associate-duration",
            cost=("3990", "year", "college-board-two-year-2023-24"),
        ),
        ModeRule(
            name=TWO_COURSES,
            takes=("3", "4", "6", "years"),
            hours="18",
            cost=("1995", "year", JUDGEMENT),
        ),
        ModeRule(
            name=ONE_COURSE,
            takes=("60", "80", "120", "months"),
            hours="9",
            is_academic=False,
            cost=("7980", "whole", JUDGEMENT),
        ),
    ),
    "bachelor": (
        ModeRule(
            name="full-time",
            takes=("4", "4", "6", "years"),
            is_main=True,
            source="nces-time-to-degree",
            cost=("9834", "year", "nces-tuition-2022-23"),
        ),
        ModeRule(
            name=TWO_COURSES,
            takes=("6", "8", "10", "years"),
            hours="18",
            cost=("4917", "year", JUDGEMENT),
        ),
        ModeRule(
            name=ONE_COURSE,
            takes=("120", "160", "200", "months"),
            hours="9",
            is_academic=False,
            cost=("39336", "whole", JUDGEMENT),
        ),
    ),
    "master": (
        ModeRule(
            name="full-time",
            takes=("1", "2", "3", "years"),
            is_main=True,
            cost=("11827", "year", "graduate-tuition-2023-24"),
        ),
        ModeRule(
            name=TWO_COURSES,
            takes=("24", "36", "48", "months"),
            hours="18",
            is_academic=False,
            cost=("23654", "whole", JUDGEMENT),
        ),
        ModeRule(
            name=ONE_COURSE,
            takes=("36", "60", "84", "months"),
            hours="9",
            is_academic=False,
            cost=("23654", "whole", JUDGEMENT),
        ),
    ),
    # Law takes three years, medicine, dentistry and pharmacy four.
    "doctorate": (
        ModeRule(name="full-time", takes=("3", "4", "5", "years"), is_main=True),
    ),
    # The middle of all fields, 7.5 years from the start of graduate school, is of
    # those who graduated in 2003; the low and the high value are ours.
    "research-doctorate": (
        ModeRule(
            name="full-time",
            takes=("5", "7.5", "10", "years"),
            is_main=True,
            source="nsf-time-to-doctorate",
        ),
    ),
}
RESEARCH = ("15-", "19-", "25-1")  # the beginnings of codes

LEVEL_OF = {  # how BLS words the education typical at entry
    "No formal educational credential": "",
    "High school diploma or equivalent": "high-school",
    "Some college, no degree": "some-college",
    "Postsecondary nondegree award": "certificate",
    "Associate's degree": "associate",
    "Bachelor's degree": "bachelor",
    "Master's degree": "master",
    "Doctoral or professional degree": "doctorate",
}
RANKS = [
    *("", "high-school", "some-college", "certificate"),
    *("associate", "bachelor", "master", "doctorate"),
]
NAMES = {
    "certificate": "Certificate",
    "associate": "Associate’s degree",
    "bachelor": "Bachelor’s degree",
    "master": "Master’s degree",
    "doctorate": "Professional degree",
    "research-doctorate": "Doctorate",
}
# Residencies and fellowships, military and personal programmes, and school leaving
# are no degrees, though the crosswalk names them beside those.
NO_DEGREES = (
    "60.",
    "61.",
    "28.",
    "29.",
    "32.",
    "33.",
    "34.",
    "35.",
    "36.",
    "37.",
    "53.",
)

# Months of related work: low, likely, high. Where O*NET asked those who do the job,
# its quarters are taken; else these.
MONTHS = {"Less than 5 years": (12, 24, 48), "5 years or more": (60, 60, 96)}
BOUNDS = {"Less than 5 years": (3, 60), "5 years or more": (60, 120)}
# The middle of each category of O*NET's related work experience, in months.
RW_MONTHS = (0, 0.5, 2, 4.5, 9, 18, 36, 60, 84, 108, 120)
MOST_ROLES = 4  # related occupations in which the experience is gained


@dataclass(frozen=True, slots=True, kw_only=True)
class TrainingRule:
    """Paid training that comes before one can work alone."""

    title: str
    text: str  # as a requirement
    summary: str
    months: tuple[str, str, str]
    after: str = "1"  # the share of the degree that comes first; empty for none


APPRENTICESHIP = TrainingRule(
    title="Apprenticeship",
    text="an apprenticeship",
    summary="Paid work under a skilled worker, with lessons beside it.",
    months=("36", "48", "60"),
    after="",
)
# By the beginning of the code; the longest that fits.
RESIDENCIES: dict[str, TrainingRule] = {
    "": TrainingRule(
        title="Internship or residency",
        text="an internship or residency",
        summary="Supervised practice, which this job asks for beside the degree.",
        months=("12", "12", "24"),
    ),
    "17-1": TrainingRule(
        title="Supervised practice",
        text="supervised practice",
        summary="Documented practice under a licensed professional, before the exam.",
        months=("24", "36", "60"),
    ),
    "25-2": TrainingRule(
        title="Student teaching",
        text="student teaching",
        summary="Teaching classes of one’s own under a teacher’s eye.",
        months=("3", "4", "6"),
        after="0.75",
    ),
    "29-12": TrainingRule(
        title="Residency",
        text="a residency",
        summary="Paid training in a hospital, in the chosen speciality.",
        months=("36", "48", "84"),
    ),
}

# A technology that is hot and in demand is recommended as a skill, these apart:
# everybody is taken to learn them at school or on the first day, only an employer has
# them, or the name is too wide to be learned.
EVERYDAY = frozenset(
    {
        "Office suite software",
        "Electronic mail software",
        "Word processing software",
        "Internet browser software",
        "Presentation software",
        "Video conferencing software",
        "Cloud-based management software",
        "Medical software",
        "Computer based training software",
        "Human resources software",
    }
)
TOO_WIDE = frozenset(
    {
        "Operating system software",
        "Accounting software",
        "Firewall software",
        "Inventory management systems",
        "Learning management system LMS",
        "TikTok",
    }
)
# Adverts for other jobs name single letters and languages by chance: "R" for pilots.
PROGRAMMING = frozenset(
    {
        "Object or component oriented development software",
        "Development environment software",
        "Operating system software",
        "Web platform development software",
    }
)
PROGRAMMERS = ("11-3021", "13-2", "15-", "17-", "19-", "27-1014", "27-4")
MOST_SKILLS = 4
HOURS = ("10", "25", "60")  # to be of use with a program, at one's own pace
# How O*NET calls what the shipped catalogue has as a skill already.
SHIPPED_SKILLS = {
    "Python": "python",
    "R": "r",
    "Structured query language SQL": "sql",
    "Oracle Java": "java",
    "TensorFlow": "tensorflow",
    "PyTorch": "pytorch",
    "Scikit-learn": "scikit-learn",
    "JavaScript": "javascript",
    "C++": "c-plus-plus",
    "Hypertext markup language HTML": "html-css",
    "Cascading style sheets CSS": "html-css",
    "Git": "git",
    "GitHub": "git",
    "Linux": "linux",
    "Microsoft Excel": "spreadsheets",
    "Amazon Web Services AWS software": "cloud-platforms",
    "Microsoft Azure software": "cloud-platforms",
}
# How descriptions of O*NET say that nobody may do the job without a licence.
LICENSED = re.compile(
    r"Licensing (?:or registration )?required"
    r"|(?:Requires|Required to hold|Must hold)\b[^.]*\b(?:licen[cs]e|certific)",
)
CERTIFIED = 4.0  # of 5: from here on a page says that a licence may be needed
