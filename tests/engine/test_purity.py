"""The engine is told everything: it imports no Django and reads no clock or file."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

ENGINE = Path(__file__).resolve().parents[2] / "planner" / "engine"
MODULES = sorted(ENGINE.glob("*.py"))
OF_DATES = {"today", "now", "utcnow", "fromtimestamp"}
OF_FILES = {"open", "input", "read_text", "read_bytes", "write_text", "getenv"}
FORBIDDEN = ("django", "os", "pathlib", "random", "secrets", "socket", "time", "uuid")


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_engine_imports_nothing_that_knows_the_world(module):
    imported = {
        name.partition(".")[0]
        for node in ast.walk(ast.parse(module.read_text()))
        for name in names_imported(node)
    }
    assert not imported & set(FORBIDDEN)


@pytest.mark.parametrize("module", MODULES, ids=lambda module: module.stem)
def test_the_engine_reads_no_clock_and_no_file(module):
    called = {
        getattr(node.func, "attr", getattr(node.func, "id", ""))
        for node in ast.walk(ast.parse(module.read_text()))
        if isinstance(node, ast.Call)
    }
    assert not called & (OF_DATES | OF_FILES)


def test_the_solver_is_loaded_when_it_is_first_used():
    loaded = modules_after("import planner.engine.planning")
    assert "planner.engine.planning" in loaded
    assert not {"ortools", "django"} & loaded


def test_making_a_plan_loads_no_django():
    loaded = modules_after(
        "from planner.engine.planning import make_plan\n"
        "from tests.builders import background, catalogue, skill\n"
        "facts = catalogue(skill('python'), needs=['skill:python'])\n"
        "assert make_plan(facts, background()).status == 'optimal'"
    )
    assert "ortools" in loaded
    assert "django" not in loaded


def test_every_process_makes_the_same_plan():
    program = (
        "from planner.engine.planning import make_plan\n"
        "from tests.builders import *\n"
        "facts = catalogue(*[skill(s) for s in 'abcd'],\n"
        "    needs=[any_of('skill:a', 'skill:b'), any_of('skill:c', 'skill:d')])\n"
        "print(make_plan(facts, background()))"
    )
    plans = {run(program, seed) for seed in ("0", "1", "2")}
    assert len(plans) == 1


def names_imported(node):
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        return [node.module or ""]
    return []


def modules_after(program):
    listed = run(f"{program}\nimport sys\nprint(*sys.modules)", "0")
    return set(listed.split())


def run(program, seed):
    """Run a program in a process of its own, with its own seed for hashing."""
    done = subprocess.run(  # noqa: S603
        [sys.executable, "-c", program],
        cwd=ENGINE.parent.parent,
        env={"PYTHONHASHSEED": seed},
        capture_output=True,
        text=True,
        check=True,
    )
    return done.stdout
