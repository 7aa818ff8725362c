"""The planning engine: facts and a background in, a plan out.

Plain Python and OR-Tools. It is told the facts and the dates; it reads no
clock, no file and no database, so the same input gives the same plan for ever.
"""


def warm() -> None:
    """Load the solver now, so that the first visitor does not wait for it."""
    import ortools.sat.python.cp_model  # noqa: F401
