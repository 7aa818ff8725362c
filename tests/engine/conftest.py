"""How many random worlds the property tests try: CAREERPATH_EXAMPLES=10000 for many.

Examples are the same in every run (derandomized), unless many are asked for.
"""

import os

from hypothesis import HealthCheck, Phase, settings

MANY = os.environ.get("CAREERPATH_EXAMPLES")
PHASES = [phase for phase in Phase if phase is not Phase.explain]
ALLOWED = [
    HealthCheck.too_slow,
    HealthCheck.filter_too_much,
    HealthCheck.data_too_large,
]

settings.register_profile(
    "engine-quick",
    max_examples=60,
    deadline=None,
    phases=PHASES,
    database=None,
    derandomize=True,
    suppress_health_check=ALLOWED,
)
settings.register_profile(
    "engine-many",
    max_examples=int(MANY or 0) or 100,
    deadline=None,
    phases=PHASES,
    database=None,
    print_blob=True,
    suppress_health_check=ALLOWED,
)
settings.load_profile("engine-many" if MANY else "engine-quick")
