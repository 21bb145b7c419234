"""docs/security.md names a test for what it says: each is there, and no requirement of level 1 is left out."""

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "security.md").read_text()
SHORT = {"chassis": "libs/chassis/tests", "gateway": "gateway/tests", "e2e": "tests-e2e", "deploy": "deploy"}
LEVEL_1 = re.findall(
    r"\S+",
    """
1.2.1 1.2.2 1.2.3 1.2.4 1.2.5 1.3.1 1.3.2 1.5.1 2.1.1 2.2.1 2.2.2 2.3.1 3.2.1 3.2.2 3.3.1 3.4.1 3.4.2 3.5.1 3.5.2 3.5.3
4.1.1 4.4.1 5.2.1 5.2.2 5.3.1 5.3.2 6.1.1 6.2.1 6.2.2 6.2.3 6.2.4 6.2.5 6.2.6 6.2.7 6.2.8 6.3.1 6.3.2 6.4.1 6.4.2
7.2.1 7.2.2 7.2.3 7.2.4 7.4.1 7.4.2 8.1.1 8.2.1 8.2.2 8.3.1 9.1.1 9.1.2 9.1.3 9.2.1
10.4.1 10.4.2 10.4.3 10.4.4 10.4.5 11.3.1 11.3.2 11.4.1 12.1.1 12.2.1 12.2.2 13.4.1 14.2.1 14.3.1 15.1.1 15.2.1 15.3.1
""",
)
"""OWASP ASVS 5.0.0, the requirements marked 1."""


def rows() -> dict[str, str]:
    """Requirement → where it is shown."""
    found = re.findall(r"^\| ([\d.]+|API\d+) \|.*\| ([^|]+) \|$", PAGE, re.MULTILINE)
    assert len(dict(found)) == len(found), "one is there twice"
    return dict(found)


def test_every_requirement_of_level_1_is_decided():
    assert [id for id in rows() if not id.startswith("API")] == LEVEL_1
    assert [id for id in rows() if id.startswith("API")] == [f"API{number}" for number in range(1, 11)]


@pytest.mark.parametrize(("requirement", "shown"), rows().items(), ids=list(rows()))
def test_what_is_said_to_be_shown_is_shown(requirement, shown):
    if shown.startswith("— "):
        return
    for named in shown.split(" · "):
        path, _, test = named.partition("::")
        room, _, rest = path.partition("/")
        file = ROOT / SHORT.get(room, f"services/{room}/tests") / rest
        assert file.is_file(), f"{requirement}: there is no {named}"
        assert f"def {test}(" in file.read_text() or not test, f"{requirement}: there is no {named}"
