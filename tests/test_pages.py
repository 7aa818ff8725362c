"""A roadmap says the same in its drawing and in its list, in plain words."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from django.template.loader import render_to_string
from django.utils import translation

from planner.engine.background import Background
from planner.engine.facts import (
    Alternative,
    Catalogue,
    Cost,
    Degree,
    Estimate,
    Milestone,
    Mode,
    Requirement,
    Role,
    Skill,
    Teaching,
    Window,
)
from planner.engine.plans import Busy, Credit, LeftOut, Plan, Reason, Step
from planner.pages import RoadmapPage, SourceLink, roadmap_page
from planner.pages.words import about, join_words, span

START = date(2027, 8, 15)


def hours(low: float, likely: float, high: float) -> Mode:
    takes = Estimate(low=low, likely=likely, high=high, unit="hours")
    return Mode(name="self-study", takes=takes, hours_per_week=None)


def skill(slug: str, title: str) -> Skill:
    return Skill(slug=slug, title=title, modes=(hours(60, 90, 140),), sources=("ossu",))


def needs(*things: str, months: Estimate | None = None) -> Requirement:
    alternatives = tuple(Alternative(thing=thing, months=months) for thing in things)
    return Requirement(text=" or ".join(things), alternatives=alternatives)


CATALOGUE = Catalogue(
    version="1-abc",
    degrees={
        "bachelor-computer-science": Degree(
            slug="bachelor-computer-science",
            title="Bachelor’s in computer science",
            summary="Four years of study, with algorithms, systems and mathematics.",
            level="bachelor",
            field="11.0701",
            starts="term",
            modes=(
                Mode(
                    name="full-time",
                    takes=Estimate(low=3.5, likely=4, high=6, unit="years"),
                    hours_per_week=40,
                    is_main=True,
                    is_academic=True,
                    cost=Cost(amount=9750, per="year", source="nces-tuition"),
                ),
            ),
            teaches=(
                Teaching(skill="algorithms", is_full=True),
                Teaching(skill="statistics", is_full=False),
            ),
            sources=("nces-time",),
        )
    },
    roles={
        "machine-learning-engineer": Role(
            slug="machine-learning-engineer",
            title="Machine learning engineer",
            is_career=True,
            search="job-search",
            requires=(
                needs(
                    "role:software-engineer",
                    months=Estimate(low=12, likely=18, high=24, unit="months"),
                ),
                needs("skill:pytorch"),
            ),
        ),
        "software-engineer": Role(
            slug="software-engineer",
            title="Software engineer",
            summary="An entry-level job that builds and runs software.",
            search="job-search",
            requires=(needs("degree:bachelor-computer-science"),),
        ),
    },
    skills={
        slug: skill(slug, title)
        for slug, title in {
            "python": "Python",
            "statistics": "Statistics",
            "algorithms": "Algorithms",
            "machine-learning": "Machine learning",
            "pytorch": "PyTorch",
            "deployment": "Deploying models",
        }.items()
    },
    milestones={
        "job-search": Milestone(
            slug="job-search",
            title="Applying for jobs",
            summary="A tailored résumé and cover letter for each opening.",
            modes=(
                Mode(
                    name="beside",
                    takes=Estimate(low=2, likely=4, high=9, unit="months"),
                    hours_per_week=5,
                ),
            ),
        ),
        "internship": Milestone(
            slug="internship",
            title="Summer internship",
            is_work=True,
            starts="window",
            window=Window(from_month=6, from_day=1, to_month=8, to_day=31),
            modes=(
                Mode(
                    name="full-time",
                    takes=Estimate(low=10, likely=12, high=13, unit="weeks"),
                    hours_per_week=40,
                    is_main=True,
                ),
            ),
        ),
        "portfolio": Milestone(
            slug="portfolio",
            title="Portfolio of three projects",
            modes=(hours(80, 120, 200),),
        ),
    },
)

SOURCES = {
    "nces-tuition": SourceLink(title="NCES, tuition and fees"),
    "nces-time": SourceLink(
        title="NCES, Baccalaureate and Beyond", url="https://nces.ed.gov/", as_of="2016"
    ),
}


def step(
    thing: str, title: str, starts: date, weeks: int, because: str, **changes: object
) -> Step:
    kind = thing.partition(":")[0]
    finish = starts + timedelta(weeks=weeks)
    settings: dict[str, object] = {
        "id": thing,
        "kind": kind,
        "title": title,
        "mode": "self-study",
        "start": starts,
        "finish": finish,
        "spans": (Busy(start=starts, finish=finish),),
        "slack_days": 0,
        "critical": True,
        "strength": "required",
        "needs": (),
        "because": Reason(kind="after", text=because),
        "load_hours_per_week": 10.0,
        "is_main": False,
    } | changes
    return Step(**settings)  # type: ignore[arg-type]


def spare(weeks: int) -> dict[str, object]:
    return {"critical": False, "slack_days": 7 * weeks}


def years(*firsts: date) -> tuple[Busy, ...]:
    return tuple(Busy(start=a, finish=a + timedelta(weeks=37)) for a in firsts)


def school_leaver() -> Plan:
    """A plan from a high school diploma, with everything that can be drawn."""
    study = years(
        date(2027, 9, 6), date(2028, 9, 4), date(2029, 9, 3), date(2030, 9, 2)
    )
    main = {"mode": "full-time", "is_main": True, "load_hours_per_week": 40.0}
    steps = (
        step(
            "degree:bachelor-computer-science",
            "Bachelor’s in computer science",
            study[0].start,
            0,
            "The autumn term begins then.",
            finish=study[-1].finish,
            spans=study,
            cost=39_000.0,
            source="nces-time",
            **main,
        ),
        step(
            "skill:python",
            "Python",
            date(2027, 8, 16),
            9,
            "Nothing holds it: you can begin at once.",
            **spare(143),
        ),
        step(
            "skill:statistics",
            "Statistics",
            date(2027, 10, 18),
            9,
            "Your free hours are taken by Python until then.",
            **spare(134),
        ),
        step(
            "skill:machine-learning",
            "Machine learning",
            date(2027, 12, 20),
            10,
            "It waits for Statistics.",
            needs=("skill:python", "skill:statistics"),
            **spare(124),
        ),
        step(
            "milestone:internship",
            "Summer internship",
            date(2029, 6, 4),
            12,
            "Internships run from June to August.",
            needs=("degree:bachelor-computer-science",),
            **main,
            **spare(52),
        ),
        step(
            "skill:pytorch",
            "PyTorch",
            date(2028, 2, 28),
            6,
            "It waits for Machine learning.",
            needs=("skill:machine-learning",),
            **spare(118),
        ),
        step(
            "milestone:portfolio",
            "Portfolio of three projects",
            date(2028, 4, 10),
            12,
            "It waits for PyTorch.",
            needs=("skill:pytorch",),
            **spare(110),
        ),
        step(
            "milestone:job-search-software-engineer",
            "Applying for jobs: software engineer",
            date(2031, 1, 20),
            17,
            "Nine tenths of the bachelor’s are done then.",
            needs=("degree:bachelor-computer-science",),
            mode="beside",
            load_hours_per_week=5.0,
        ),
        step(
            "role:software-engineer",
            "Software engineer",
            date(2031, 5, 19),
            78,
            "It waits for Bachelor’s in computer science.",
            needs=(
                "degree:bachelor-computer-science",
                "milestone:job-search-software-engineer",
            ),
            **main,
        ),
        step(
            "skill:deployment",
            "Deploying models",
            date(2031, 6, 9),
            9,
            "Your free hours are taken until then.",
            strength="recommended",
            **spare(60),
        ),
        step(
            "milestone:job-search",
            "Applying for jobs",
            date(2032, 8, 30),
            17,
            "Nine tenths of everything else are done then.",
            needs=("role:software-engineer",),
            mode="beside",
            load_hours_per_week=5.0,
        ),
    )
    return Plan(
        background=Background(
            career="machine-learning-engineer",
            start=START,
            target_date=date(2033, 6, 1),
            budget=30_000,
        ),
        catalogue_version="1-abc",
        status="optimal",
        start=START,
        arrival=date(2032, 12, 27),
        steps=steps,
        credited=(
            Credit(
                requirement="A high school diploma",
                by="assumed, since you did not say otherwise",
            ),
        ),
        left_out=(
            LeftOut(
                id="degree:master",
                title="Master’s in data science",
                why="It would move the arrival by about a year.",
            ),
        ),
        cost=39_000.0,
        unpriced=tuple(s.id for s in steps[1:]),
    )


def page_of(plan: Plan, today: date = START) -> RoadmapPage:
    return roadmap_page(plan, CATALOGUE, today, SOURCES)


def html_of(page: RoadmapPage) -> str:
    return render_to_string("planner/_roadmap.html", {"page": page})


def drawing_of(html: str) -> ElementTree.Element:
    found = re.search(r"<svg.*?</svg>", html, re.DOTALL)
    assert found
    return ElementTree.fromstring(found.group())  # noqa: S314 (it is our own)


def test_the_drawing_and_the_list_say_the_same():
    page = page_of(school_leaver())
    assert page.drawing
    bars = [bar for lane in page.drawing.lanes for bar in lane.bars]
    assert len(bars) == len(page.steps)
    drawn = {bar.step: bar for bar in bars}
    for entry in page.steps:
        bar = drawn[entry.anchor]
        assert bar.lane == entry.lane
        assert bar.is_critical == entry.is_critical
        for words in (entry.title, entry.dates, entry.why_now, entry.slack):
            assert words in bar.tooltip


def test_a_step_is_drawn_where_its_dates_are():
    page = page_of(school_leaver())
    assert page.drawing
    by_step = {b.step: b for lane in page.drawing.lanes for b in lane.bars}
    python = by_step["step-skill-python"]
    statistics = by_step["step-skill-statistics"]
    # One begins where the other ends, give or take the rounding of the text.
    end = float(python.boxes[0].x) + float(python.boxes[0].width)
    assert end == pytest.approx(float(statistics.boxes[0].x), abs=0.2)


def test_summers_of_a_degree_are_bridged_by_a_line():
    page = page_of(school_leaver())
    assert page.drawing
    study = next(lane for lane in page.drawing.lanes if lane.name == "study")
    assert len(study.bars[0].boxes) == 4
    assert len(study.bars[0].joins) == 3
    assert page.drawing.has_breaks


def test_nothing_overlaps_in_a_row():
    page = page_of(school_leaver())
    assert page.drawing
    for lane in page.drawing.lanes:
        rows: dict[int, list[tuple[float, float]]] = {}
        for bar in lane.bars:
            rows.setdefault(bar.row, []).append((bar.left, bar.right))
        for taken in rows.values():
            for one, two in pairwise(sorted(taken)):
                assert one[1] < two[0]


def test_everything_lies_inside_the_drawing():
    page = page_of(school_leaver())
    assert page.drawing
    width, height = float(page.drawing.width), float(page.drawing.height)
    for lane in page.drawing.lanes:
        for bar in lane.bars:
            assert bar.left >= 0
            assert bar.right <= width
            for box in bar.boxes:
                assert float(box.x) + float(box.width) <= width
                assert float(box.y) + float(box.height) <= height


def test_the_drawing_is_well_formed_and_has_no_styles():
    html = html_of(page_of(school_leaver()))
    svg = drawing_of(html)
    assert svg.get("role") == "img"
    assert svg.get("aria-label", "").endswith("The list of steps below says the same.")
    assert "style=" not in html
    titles = [
        title.text
        for group in svg.iter("{http://www.w3.org/2000/svg}g")
        if "bar" in (group.get("class") or "").split()
        for title in group.findall("{http://www.w3.org/2000/svg}title")
    ]
    assert len(titles) == 11


def test_a_reader_whose_language_writes_12_comma_5_gets_the_same_drawing(settings):
    english = html_of(page_of(school_leaver()))
    settings.LANGUAGES = [("de", "Deutsch")]
    settings.LANGUAGE_CODE = "de"
    with translation.override("de"):
        german = html_of(page_of(school_leaver()))
    numbers = re.compile(r'\b(?:x|y|x1|y1|width|height)="([^"]*)"')
    assert numbers.findall(german) == numbers.findall(english)


def test_what_people_typed_is_escaped():
    rude = "<script>alert('x')</script> & more"
    plan = school_leaver()
    plan = replace(
        plan,
        steps=(
            replace(plan.steps[0], title=rude, because=Reason(kind="term", text=rude)),
            *plan.steps[1:],
        ),
        credited=(Credit(requirement=rude, by=rude),),
        left_out=(LeftOut(id="skill:x", title=rude, why=rude),),
    )
    html = html_of(page_of(plan))
    assert "<script" not in html
    drawing_of(html)


def test_the_headline_names_the_career_and_the_month():
    page = page_of(school_leaver())
    assert page.headline == "Machine learning engineer by December 2032"
    assert page.length == "About 5½ years from now."
    assert page.first == (
        "Python, from 16 August 2027; "
        "then Bachelor’s in computer science, from 6 September 2027"
    )


def test_a_start_next_year_is_counted_from_that_start():
    page = page_of(school_leaver(), today=date(2026, 11, 20))
    assert page.length == "About 5½ years after you start on 15 August 2027."


def test_days_are_written_out_and_the_last_one_is_included():
    page = page_of(school_leaver())
    degree = next(s for s in page.steps if s.lane == "study")
    assert degree.dates == "6 September 2027 to 18 May 2031"
    assert degree.takes == "3.5 to 6 years, likely 4"
    assert degree.cost == "$39,000"
    assert degree.teaches == ("Algorithms", "Statistics (partly)")


def test_slack_is_said_in_words():
    steps = {s.anchor: s for s in page_of(school_leaver()).steps}
    assert steps["step-role-software-engineer"].slack == "Any delay moves the arrival."
    assert steps["step-milestone-internship"].slack == (
        "Can slip 12 months before the arrival moves."
    )


def test_a_job_search_for_a_role_on_the_way_is_about_getting_hired():
    steps = {s.anchor: s for s in page_of(school_leaver()).steps}
    search = steps["step-milestone-job-search-software-engineer"]
    assert search.lane == "hired"
    assert search.summary.startswith("A tailored résumé")
    assert search.takes == "2 to 9 months, likely 4"


def test_a_role_says_how_long_it_is_asked_for():
    steps = {s.anchor: s for s in page_of(school_leaver()).steps}
    assert steps["step-role-software-engineer"].takes == "12 to 24 months, likely 18"


def test_a_cost_without_a_source_is_not_invented():
    steps = {s.anchor: s for s in page_of(school_leaver()).steps}
    assert steps["step-skill-python"].cost == "No sourced figure"
    assert steps["step-skill-python"].cost_source is None


def test_a_cost_names_its_own_source_and_not_that_of_the_time_it_takes():
    plan = school_leaver()
    bachelor = next(s for s in page_of(plan).steps if s.cost_source is not None)
    assert bachelor.takes_source == SOURCES["nces-time"]
    assert bachelor.cost_source == SOURCES["nces-tuition"]
    own = replace(plan.background, tuition_per_year=9000)
    told = {s.anchor: s for s in page_of(replace(plan, background=own)).steps}
    source = told[bachelor.anchor].cost_source
    assert source is not None
    assert source.title == "Your own figure for a year of study"


def test_wishes_say_whether_they_are_kept():
    date_wish, budget_wish = page_of(school_leaver()).wishes
    assert date_wish.is_kept
    assert date_wish.text == (
        "You wish to arrive by 1 June 2033; this plan arrives 5 months earlier."
    )
    assert not budget_wish.is_kept
    assert budget_wish.text == (
        "You have a budget of $30,000; this plan costs $9,000 more. "
        "10 steps without a known price are not counted."
    )


def test_what_stands_in_the_way_is_said_with_what_can_be_changed():
    plan = replace(
        school_leaver(),
        status="impossible",
        arrival=None,
        steps=(),
        obstacles=("A bachelor’s needs full-time study, which you ruled out.",),
    )
    page = page_of(plan)
    assert not page.is_possible
    assert page.drawing is None
    html = html_of(page)
    assert "A bachelor’s needs full-time study, which you ruled out." in html
    assert "What else you can do" in html
    assert "Show what would help" in html


def test_what_else_can_be_done_leads_to_its_field():
    plan = replace(school_leaver(), status="impossible", arrival=None, steps=())
    page = page_of(plan)
    anchors = [change.anchor for change in page.changes]
    assert anchors == ["part-education", "id_career"]
    assert 'href="#id_career"' in html_of(page)


def test_credits_are_grouped_by_what_the_student_has():
    degree = "your bachelor's degree in Computer Science"
    asked = CATALOGUE.roles["machine-learning-engineer"].requires[0].text
    skill = next(iter(CATALOGUE.skills.values())).title
    inner = f"{skill}, or half of a degree that teaches it"
    plan = replace(
        school_leaver(),
        credited=(
            Credit(requirement=inner, by=degree),
            Credit(requirement=skill, by=f"{skill}: taught by {degree}"),
            Credit(requirement=asked, by=degree),
            Credit(requirement=inner, by=f"{skill}: you know it well"),
        ),
    )
    first, second = page_of(plan).credited
    assert first.by == "Your bachelor's degree in Computer Science"
    assert first.counts_as == (asked,)
    assert (first.teaches, first.on_the_way) == ((skill,), (inner,))
    assert (second.by, second.teaches) == ("Your own skills", (skill,))


def test_who_has_everything_is_told_so():
    plan = replace(school_leaver(), steps=(), arrival=START, cost=None, unpriced=())
    page = page_of(plan)
    assert page.headline == "Machine learning engineer: you can apply now"
    assert page.drawing is None
    assert "Step by step" not in html_of(page)


def test_a_plan_that_is_not_proven_says_so():
    page = page_of(replace(school_leaver(), status="feasible", gap_days=21))
    assert "up to 3 weeks less may be possible" in page.likely


@pytest.mark.parametrize(
    ("days", "words"),
    [
        (1, "1 day"),
        (7, "1 week"),
        (35, "5 weeks"),
        (200, "7 months"),
        (731, "2 years"),
        (1351, "3¾ years"),
        (2010, "5½ years"),
    ],
)
def test_lengths_are_said_in_the_unit_that_fits(days: int, words: str):
    assert span(days) == words


def test_small_words():
    assert about(START, START + timedelta(days=3)) == "less than a week"
    assert join_words(["one", "two", "three"]) == "one, two and three"


def test_the_page_of_a_broken_site_needs_nothing():
    assert "Something went wrong" in render_to_string("500.html")
