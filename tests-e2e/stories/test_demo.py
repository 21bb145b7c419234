"""The demonstration, played through the gateway: what it prints is what the CSV says, whatever is killed on the way.

Every printed line must be expected, and every figure in it is counted a second time in world/star_truth.py. `make test`
plays a few schools; the whole of STAR, killed in the middle, is measured by `python -m bench.star --kill`.
"""

import json
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from world import star_story, star_truth
from world.printed import meets
from world.star_truth import Student
from world.system import System

from star.acts.academy import find_academy
from star.acts.roster import IMPORTS
from star.acts.sponsor import find_sponsor
from star.client import Client
from star.run import Run

KILLED = ("programs", "billing", "identity", "analytics", "gateway", "privacy", "notifications", "postgres")
FUNDED = {"School 5 (rural)": "5", "School 36 (suburban)": "36", "School 2 (urban)": "2"}
FEW = ("--schools", "2", "--imported", "3")

Schools = Mapping[str, Sequence[Student]]


def schools(number: int) -> Schools:
    """The first of those that sponsors fund."""
    return {name: star_truth.of_schools({school}) for name, school in list(FUNDED.items())[:number]}


def few() -> tuple[Schools, list[Student]]:
    """Who is sponsored, and who is imported, with the options of ``FEW``."""
    return schools(2), star_truth.of_schools(set(FUNDED.values()))


def command(system: System, out: Path, *more: str) -> list[str]:
    """What `make demo` runs, against this system."""
    told = ["--base-url", system.url, "--mail", str(system.mail), "--out", str(out)]
    return [sys.executable, "-m", "star", "demo", *told, "--json", str(out / "figures.json"), *more]


def figures(out: Path) -> Any:
    return json.loads((out / "figures.json").read_text())


def play(system: System, out: Path, *more: str) -> str:
    """What it printed; all its figures were right."""
    told = command(system, out, *more)
    played = subprocess.run(told, check=False, capture_output=True, text=True, timeout=600)
    assert played.returncode == 0, played.stdout + played.stderr
    return played.stdout


def progress(process: subprocess.Popen[str]) -> Iterator[str]:
    """The lines it prints, as they come."""
    assert process.stdout
    return iter(process.stdout)


def made(run: Run) -> Any:
    """What there is of a run, as its academy and its sponsor see it."""
    client, cohorts = Client(run.base_url), "/api/v1/programs/cohorts/"
    academy, sponsor = find_academy(client, run).account, find_sponsor(client, run, []).account
    lists = [list(academy.items(path)) for path in (cohorts, IMPORTS)]
    lists += [list(sponsor.items(path)) for path in (cohorts, "/api/v1/billing/invoices/")]
    return lists, sponsor.get("/api/v1/billing/entitlements/")["items"]


@pytest.fixture
def out(tmp_path: Path) -> Path:
    return tmp_path


def test_all_that_is_printed_is_what_the_csv_says_and_playing_it_again_changes_nothing(
    system: System, out: Path
) -> None:
    told = play(system, out, *FEW)
    assert meets(told, star_story.whole_story(*few())) is None
    papers = sorted(out.glob("*.pdf"))
    assert len(papers) == 3
    assert all(paper.read_bytes().startswith(b"%PDF-1.7") for paper in papers)
    known = figures(out)
    before = made(Run.read(out / "run.json"))
    again = play(system, out, *FEW)
    assert meets(again, star_story.second_look(*few())) is None
    assert figures(out) == known
    assert made(Run.read(out / "run.json")) == before


@pytest.mark.long
def test_killing_every_process_while_it_plays_changes_no_figure(breakable: System, out: Path) -> None:
    victims = list(KILLED)
    process = subprocess.Popen(
        command(breakable, out, *FEW), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )
    with process as played:
        said = []
        for line in progress(played):
            said.append(line)
            if victims:
                breakable.kill(victims.pop(0))
    assert played.returncode == 0, "".join(said)
    assert not victims
    assert figures(out)["equal"]


@pytest.mark.long
def test_the_demonstration_itself_may_be_killed_and_taken_up_again(system: System, out: Path) -> None:
    with subprocess.Popen(command(system, out, *FEW), stdout=subprocess.PIPE, text=True) as played:
        for line in progress(played):
            if "The sponsor enrolled" in line:
                played.kill()
    assert played.returncode != 0
    killed = Run.read(out / "run.json")
    play(system, out, *FEW)
    assert Run.read(out / "run.json").id == killed.id
    assert figures(out)["equal"]
