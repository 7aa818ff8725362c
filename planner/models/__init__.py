"""What is kept: the catalogue that editors curate, and its published versions."""

from planner.models.catalogue import (
    MODELS,
    OWNERS,
    AlternateTitle,
    Alternative,
    Claim,
    Degree,
    FieldOfStudy,
    Figure,
    Milestone,
    Mode,
    Occupation,
    Point,
    Requirement,
    Role,
    Skill,
    Source,
    Teaching,
)
from planner.models.people import User
from planner.models.releases import Reading, Release, Upload
from planner.models.reminders import ReminderSettings, SentReminder
from planner.models.reports import FigureReport
from planner.models.roadmaps import KeptPlan, Roadmap, RoadmapChange
from planner.models.search import SearchIndex, SearchTitle
from planner.models.sharing import CalendarAddress, Share
from planner.models.versions import CatalogueVersion

__all__ = [
    "MODELS",
    "OWNERS",
    "AlternateTitle",
    "Alternative",
    "CalendarAddress",
    "CatalogueVersion",
    "Claim",
    "Degree",
    "FieldOfStudy",
    "Figure",
    "FigureReport",
    "KeptPlan",
    "Milestone",
    "Mode",
    "Occupation",
    "Point",
    "Reading",
    "Release",
    "ReminderSettings",
    "Requirement",
    "Roadmap",
    "RoadmapChange",
    "Role",
    "SearchIndex",
    "SearchTitle",
    "SentReminder",
    "Share",
    "Skill",
    "Source",
    "Teaching",
    "Upload",
    "User",
]
