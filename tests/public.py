"""Builders of public data: a few occupations, each fact named where it matters."""

from __future__ import annotations

from typing import Any

from planner.drafting.routes import Edition, PublicFacts

NURSING, LAW, ACCOUNTING, TAXATION = "51.3801", "22.0101", "52.0301", "52.1601"
FIELDS = {
    NURSING: "Registered Nursing/Registered Nurse",
    LAW: "Law",
    ACCOUNTING: "Accounting",
    TAXATION: "Taxation",
    "61.0101": "Residency in Everything",
}


def occupation(title: str, **more: Any) -> dict[str, Any]:
    """What O*NET says of an occupation; a zone is given as a number."""
    zone = more.pop("zone", 3)
    return {
        "occupation": {"title": title, "description": f"What {title} do."},
        "zone": {"zone": zone, "date": "08/2025"},
        **more,
    }


def entry(
    education: str, experience: str = "None", training: str = "None", jobs: float = 1.0
) -> dict[str, Any]:
    """What the projections say of the way in."""
    return {
        "education": education,
        "experience": experience,
        "training": training,
        "employment": jobs,
    }


def technology(
    name: str, commodity: str = "Analytical or scientific software", **more: Any
) -> dict[str, Any]:
    return {"name": name, "commodity": commodity, "hot": True, "in_demand": True} | more


def related(*codes: str) -> list[dict[str, Any]]:
    return [
        {"code": code, "tier": "Primary-Short", "index": index}
        for index, code in enumerate(codes, start=1)
    ]


def public_facts(
    onet: dict[str, dict[str, Any]],
    projections: dict[str, dict[str, Any]],
    fields: dict[str, list[str]] | None = None,
    crosswalk: dict[str, str] | None = None,
) -> PublicFacts:
    """The releases; an occupation's group is the first seven characters of its code."""
    return PublicFacts(
        onet=Edition(source="onet-30-1", readings=onet),
        projections=Edition(source="bls-ep-2024-34", readings=projections),
        crosswalk=Edition(
            source="bls-nem-crosswalk",
            readings={code: {"nem": nem} for code, nem in (crosswalk or {}).items()},
        ),
        fields=Edition(
            source="cip-soc-crosswalk",
            readings={
                soc: {"title": onet[f"{soc}.00"]["occupation"]["title"], "fields": cips}
                for soc, cips in (fields or {}).items()
            },
        ),
        field_titles=FIELDS,
    )
