"""The first thing a newcomer runs: it helps itself or says in one sentence what to do."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

LOCAL = Path(__file__).parents[1]
TOOLS = ("cat", "cksum", "cut", "dirname", "sh", "uname")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project with nothing installed, and a PATH in `bin` that has no Python and no root."""
    here = tmp_path / "project"
    (here / "deploy" / "local").mkdir(parents=True)
    for file in ("bootstrap", "libraries.py"):
        shutil.copy(LOCAL / file, here / "deploy" / "local" / file)
    for member in ("", "libs/a", "services/a", "gateway", "deploy/local", "examples/a"):
        (here / member).mkdir(parents=True, exist_ok=True)
        (here / member / "pyproject.toml").touch()
    (here / "uv.lock").touch()
    (here / "bin").mkdir()
    for tool in TOOLS:
        (here / "bin" / tool).symlink_to(str(shutil.which(tool)))
    script(here, "id", "echo 1000")
    return here


def script(project: Path, name: str, body: str) -> None:
    file = project / "bin" / name
    file.write_text(f"#!/bin/sh\n{body}\n")
    file.chmod(0o755)


def bootstrap(project: Path, mode: str = "runtime") -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sh", "deploy/local/bootstrap", mode],
        cwd=project,
        env={"PATH": str(project / "bin")},
        capture_output=True,
        text=True,
        check=False,
    )


def test_without_a_new_enough_python_it_says_so_in_a_sentence(project: Path) -> None:
    script(project, "python3", "exit 1")
    outcome = bootstrap(project)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Python 3.11 or newer is needed")
    assert outcome.stderr.count("\n") == 1


def test_without_the_venv_module_it_says_how_to_get_it(project: Path) -> None:
    script(
        project,
        "python3",
        f'case "$2" in *ensurepip*) exit 1 ;; esac; exec {sys.executable} "$@"',
    )
    outcome = bootstrap(project)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Python's venv module is missing")
    assert f"python3.{sys.version_info.minor}-venv" in outcome.stderr
    assert not (project / ".venv").exists()


def test_without_pango_it_says_how_to_get_it(project: Path) -> None:
    (project / "deploy" / "local" / "libraries.py").write_text("raise SystemExit(1)\n")
    (project / ".venv" / "bin").mkdir(parents=True)
    (project / ".venv" / "bin" / "python").symlink_to(sys.executable)
    outcome = bootstrap(project)
    assert outcome.returncode == 1
    assert outcome.stderr.startswith("Pango is missing: install it")
    assert outcome.stderr.count("\n") == 1


FAKE_UV = """#!/bin/sh
case "$*" in
    --version) echo uv 0.13.9; exit ;;
    *--no-dev*) ;;
    *) : >.venv/bin/pytest ;;
esac
echo "$@" >>uv.calls
"""
WITHOUT_DEV = "sync --frozen --quiet --compile-bytecode --no-dev"
WITH_DEV = "sync --frozen --quiet --compile-bytecode"


@pytest.fixture
def installed(project: Path) -> Path:
    """The project with a .venv, whose uv only writes down what it is asked."""
    venv = project / ".venv" / "bin"
    venv.mkdir(parents=True)
    (venv / "python").symlink_to(sys.executable)
    (venv / "uv").write_text(FAKE_UV)
    (venv / "uv").chmod(0o755)
    return project


def calls(project: Path) -> list[str]:
    return (project / "uv.calls").read_text().splitlines()


def test_a_warm_call_installs_nothing(installed: Path) -> None:
    for _ in range(2):
        assert bootstrap(installed, "runtime").returncode == 0
    assert calls(installed) == [WITHOUT_DEV]


def test_what_is_for_development_serves_running_and_is_never_taken_away(installed: Path) -> None:
    for mode in ("dev", "runtime", "dev"):
        assert bootstrap(installed, mode).returncode == 0
    assert calls(installed) == [WITH_DEV]

    (installed / "uv.lock").write_text("changed")
    assert bootstrap(installed, "runtime").returncode == 0
    assert calls(installed) == [WITH_DEV, WITH_DEV]
