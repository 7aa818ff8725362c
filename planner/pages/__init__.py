"""What the templates loop over."""

from planner.pages.agenda import agenda
from planner.pages.compare import compare_page, roadmaps_page
from planner.pages.masters import masters_page
from planner.pages.roadmap import RoadmapPage, headline, roadmap_page
from planner.pages.routes import routes_page
from planner.pages.steps import SourceLink

__all__ = [
    "RoadmapPage",
    "SourceLink",
    "agenda",
    "compare_page",
    "headline",
    "masters_page",
    "roadmap_page",
    "roadmaps_page",
    "routes_page",
]
