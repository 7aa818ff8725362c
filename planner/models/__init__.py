"""What is kept: the catalogue and its versions, roadmaps, organisations, the audit."""

from planner.models.audit import AppendOnly, AuditEntry
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
from planner.models.exporting import BulkExport, BulkExportItem
from planner.models.organisations import (
    Consent,
    Invitation,
    Membership,
    Organisation,
    SavedView,
)
from planner.models.people import User
from planner.models.releases import Reading, Release, Upload
from planner.models.reminders import ReminderSettings, SentReminder
from planner.models.reports import FigureReport
from planner.models.roadmaps import KeptPlan, Roadmap, RoadmapChange
from planner.models.search import SearchIndex, SearchTitle
from planner.models.sharing import CalendarAddress, Share
from planner.models.standings import RoadmapStanding, StandingStep
from planner.models.talks import AdvisorNote, ApprovedOverride, Comment
from planner.models.versions import CatalogueVersion

__all__ = [
    "MODELS",
    "OWNERS",
    "AdvisorNote",
    "AlternateTitle",
    "Alternative",
    "AppendOnly",
    "ApprovedOverride",
    "AuditEntry",
    "BulkExport",
    "BulkExportItem",
    "CalendarAddress",
    "CatalogueVersion",
    "Claim",
    "Comment",
    "Consent",
    "Degree",
    "FieldOfStudy",
    "Figure",
    "FigureReport",
    "Invitation",
    "KeptPlan",
    "Membership",
    "Milestone",
    "Mode",
    "Occupation",
    "Organisation",
    "Point",
    "Reading",
    "Release",
    "ReminderSettings",
    "Requirement",
    "Roadmap",
    "RoadmapChange",
    "RoadmapStanding",
    "Role",
    "SavedView",
    "SearchIndex",
    "SearchTitle",
    "SentReminder",
    "Share",
    "Skill",
    "Source",
    "StandingStep",
    "Teaching",
    "Upload",
    "User",
]
