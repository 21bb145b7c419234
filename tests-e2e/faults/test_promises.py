"""Figures nobody counted are not written, and what is broken or does not run is no kept promise."""

from pathlib import Path

import pytest

from faults import report
from faults.promises import PROMISES, Promise, Shown
from faults.tally import Measured, measure

TOYS = """
import pytest

@pytest.mark.parametrize("rounds", [2, 3])
def test_kept(record_property, rounds):
    for name, value in {"rounds": rounds, "at_once": rounds, "oversold": 0}.items():
        record_property(name, value)

def test_broken(record_property):
    record_property("rounds", 1)
    record_property("oversold", 2)

def test_failed(record_property):
    record_property("rounds", 1)
    record_property("oversold", 0)
    raise AssertionError("65 answered")

@pytest.mark.skip
def test_skipped(): pass

def test_silent(record_property):
    record_property("rounds", 1)

def test_idle(record_property):
    record_property("rounds", 0)
    record_property("oversold", 0)
"""
ROOT = Path(__file__).parents[2]


@pytest.fixture
def tried(tmp_path):
    """Measure a promise of toys."""
    (tmp_path / "test_toys.py").write_text(TOYS)
    (tmp_path / "pyproject.toml").write_text('[tool.pytest.ini_options]\naddopts = "--import-mode=importlib"')

    def measured(*tests: str, **counted: tuple[str, ...]) -> Measured:
        usual = {"tried": ("rounds",), "wrong": ("oversold",), **counted}
        shown = tuple(Shown(f"test_toys.py::test_{test}", **usual) for test in tests)
        [found] = measure([Promise("seats", "many at once", shown)], tmp_path, seed=1)
        return found

    return measured


def test_figures_of_all_parameters_are_added_up(tried):
    found = tried("kept", tried=("rounds", "at_once"))
    assert found.figures == {"rounds": 5, "at_once": 2, "oversold": 0}
    assert found.holds


def test_what_is_only_noted_may_be_any_number(tried):
    assert tried("broken", noted=("oversold",), wrong=()).holds
    assert tried("kept", noted=("oversold",), wrong=()).holds
    assert not tried("kept", noted=("seen",)).holds


@pytest.mark.parametrize(
    ("test", "why"),
    [
        ("broken", "oversold 2"),
        ("failed", "did not pass: AssertionError: 65 answered"),
        ("skipped", "did not pass: "),
        ("silent", "does not tell oversold"),
        ("idle", "rounds 0"),
        ("elsewhere", "did not run"),
    ],
)
def test_what_does_not_show_it_is_told(tried, test, why):
    found = tried("kept", test)
    assert not found.holds
    assert any(why in fault for fault in found.faults), found.faults


def test_the_table_takes_the_place_of_the_last_one(tmp_path):
    readme = tmp_path / "README.md"
    begin, end = (mark.format(name="promises") for mark in (report.BEGIN, report.END))
    readme.write_text(f"before\n{begin}\n| seats | old |\n{end}\nafter\n")
    promise = Promise("seats", "many at once", ())
    report.record_promises([Measured(promise, {"rounds": 1000, "refused_wrongly": 0}, 12.3, [])], 7, readme)
    written = readme.read_text()
    assert "| seats | many at once | rounds 1,000, refused wrongly 0 | 12 | 20" in written
    assert report.commit() in written
    assert "old" not in written
    assert written.startswith(f"before\n{begin}\n")
    assert written.endswith(f"{end}\nafter\n")


def test_every_test_named_is_there_and_tells_its_figures():
    """Cheaper than to run them: that is for make faults."""
    for shown in (shown for promise in PROMISES for shown in promise.shown):
        path, name = shown.test.split("::")
        source = (ROOT / path).read_text()
        assert f"def {name}(" in source, shown.test
        for figure in (*shown.tried, *shown.noted, *shown.wrong):
            assert figure in source, (shown.test, figure)
