"""Of what is made from public data, a plan sees what its own names lead to."""

from dataclasses import replace

from tests.builders import catalogue, role, skill


def generated(thing):
    return replace(thing, is_generated=True)


def test_what_is_generated_stays_where_it_is_named():
    nurse = generated(role("nurse", requires=["skill:care"]))
    welder = generated(role("welder", requires=["skill:welding"]))
    facts = catalogue(
        nurse, welder, generated(skill("care")), generated(skill("welding"))
    )
    kept = facts.within(["role:nurse"])
    assert "role:nurse" in kept
    assert "skill:care" in kept
    assert "role:welder" not in kept
    assert "skill:welding" not in kept


def test_what_editors_reviewed_stays_in_any_case():
    facts = catalogue(role("nurse"), generated(role("welder")), skill("python"))
    kept = facts.within(["role:nurse"])
    assert "skill:python" in kept
    assert "role:welder" not in kept


def test_a_catalogue_that_loses_nothing_is_itself():
    reviewed = catalogue(role("nurse"), skill("python"))
    assert reviewed.within(["role:nurse"]) is reviewed
    mixed = catalogue(role("nurse"), generated(role("welder")))
    kept = mixed.within(["role:nurse"])
    assert kept is not mixed
    assert kept.within(["role:nurse"]) is kept
    assert mixed.within(["role:nurse", "role:welder"]) is mixed
