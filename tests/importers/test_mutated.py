"""Whatever happens to a file on its way, it is refused in words or read as before."""

import random

import pytest

from planner.importers.everything import read_paths
from planner.importers.problems import BadFiles
from tests.importers import making as make
from tests.importers.test_editions import newest

CASES = 120  # of each file


def files(path):
    """One file of each kind, by name."""
    tables = {"CIPCode2020.csv": make.CIP.encode(), "db_31_0_csv.zip": newest()}
    tables["crosswalk.csv"] = make.commas(make.CROSSWALK)
    tables["nem.xlsx"] = make.workbook(Crosswalk=make.NEM)
    tables["national_M2025_dl.xlsx"] = make.wages()
    tables["occupation.xlsx"] = make.workbook(
        **{
            "Table 1.2": make.characteristics(),
            "Table 5.3": make.attainment(),
            "Table 5.4": make.assignments(),
        }
    )
    export = make.EXPORT.format(base=2023, to=2033, wage=2024)
    return tables | {"Employment Projections.csv": export.encode()}


def mutated(content, chance):
    """Some bytes changed, taken out, put in, or doubled, or the end cut off."""
    copy = bytearray(content)
    for _ in range(chance.randint(1, 6)):
        place = chance.randrange(len(copy))
        match chance.randrange(5):
            case 0:
                copy[place] = chance.randrange(256)
            case 1:
                del copy[place : place + chance.randint(1, 40)]
            case 2:
                copy[place:place] = bytes(chance.choices(b'\t\r\n",;=0x\xe9\0', k=3))
            case 3:
                copy[place:place] = copy[place : place + chance.randint(1, 200)]
            case 4 if chance.random() < 0.2:
                del copy[place:]
        if not copy:
            break
    return bytes(copy)


@pytest.mark.slow
@pytest.mark.parametrize("name", list(files(None)))
def test_a_damaged_file_is_refused_in_words_or_read(tmp_path, name):
    content = files(tmp_path)[name]
    chance = random.Random(name)  # noqa: S311
    refused, said = 0, []
    for _ in range(CASES):
        make.folder(tmp_path, **{name: mutated(content, chance)})
        try:
            found = read_paths([tmp_path / name])
        except BadFiles as error:
            refused += 1
            said += error.problems
        else:
            assert found.releases
    assert all(problem.strip() for problem in said)
    assert refused >= CASES / 10


@pytest.mark.slow
def test_a_damaged_table_of_o_net_is_refused_in_words_or_read(tmp_path):
    make.onet(tmp_path)
    tables = {path: path.read_bytes() for path in sorted(tmp_path.glob("*.txt"))}
    chance = random.Random(1)  # noqa: S311
    refused = 0
    for _ in range(CASES * 3):
        path = chance.choice(list(tables))
        path.write_bytes(mutated(tables[path], chance))
        try:
            read_paths([tmp_path], edition="" if "Read" not in path.name else "30.1")
        except BadFiles:
            refused += 1
        path.write_bytes(tables[path])
    assert refused >= CASES
