"""The demonstration, played through the gateway: its figures are the CSV's, whatever is killed on the way."""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from world.system import System

KILLED = ("programs", "billing", "identity", "analytics", "gateway", "privacy", "notifications", "postgres")


def command(system: System, out: Path, *more: str) -> list[str]:
    """What `make demo` runs, against this system."""
    told = ["--base-url", system.url, "--mail", str(system.mail), "--out", str(out)]
    return [sys.executable, "-m", "star", "demo", *told, "--json", str(out / "figures.json"), *more]


def figures(out: Path) -> Any:
    return json.loads((out / "figures.json").read_text())


def play(system: System, out: Path, *more: str) -> subprocess.CompletedProcess[str]:
    told = command(system, out, *more)
    return subprocess.run(told, check=False, capture_output=True, text=True, timeout=300)


def progress(process: subprocess.Popen[str]) -> Iterator[str]:
    """The lines it prints, as they come."""
    assert process.stdout
    return iter(process.stdout)


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path


def test_mean_scores_improvement_and_completion_are_those_of_the_csv(system: System, out: Path) -> None:
    played = play(system, out)
    assert played.returncode == 0, played.stdout + played.stderr
    told = figures(out)
    assert told["equal"]
    assert len(told["figures"]) == 3 * 12
    papers = sorted(out.glob("*.pdf"))
    assert len(papers) == 3
    assert all(paper.read_bytes().startswith(b"%PDF-1.7") for paper in papers)
    for heading in ("What the sponsor sees", "What a guardian sees", "What a student sees"):
        assert heading in played.stdout


@pytest.mark.long
def test_killing_every_process_while_it_plays_changes_no_figure(own_system: Any, out: Path) -> None:
    system: System = own_system()
    victims = list(KILLED)
    with subprocess.Popen(command(system, out), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True) as played:
        told = []
        for line in progress(played):
            told.append(line)
            if victims:
                system.kill(victims.pop(0))
    assert played.returncode == 0, "".join(told)
    assert not victims
    assert figures(out)["equal"]


@pytest.mark.long
def test_the_demonstration_itself_may_be_killed_and_taken_up_again(system: System, out: Path) -> None:
    with subprocess.Popen(command(system, out), stdout=subprocess.PIPE, text=True) as played:
        for line in progress(played):
            if "The sponsor enrolled" in line:
                played.kill()
    assert played.returncode != 0
    resumed = play(system, out, "--resume")
    assert resumed.returncode == 0, resumed.stdout + resumed.stderr
    assert figures(out)["equal"]
