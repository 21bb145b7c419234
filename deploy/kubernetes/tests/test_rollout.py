"""A rollout changes nothing that serves before every migration has succeeded."""

import subprocess
from pathlib import Path

import pytest

ROLLOUT = Path(__file__).parents[1] / "rollout"

KUBECTL = """#!/bin/sh
printf '%s\\n' "$*" >>"$CALLS"
case "$*" in
    *'get jobs'*)
        [ -s "$STATES" ] || exit 1
        head -n 1 "$STATES" | tr ';' '\\n'
        [ "$(wc -l <"$STATES")" = 1 ] || sed -i 1d "$STATES" ;;
    *'get deployments'*) echo deployment.apps/billing ;;
esac
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A kubectl that writes down what it is asked; ``states`` holds what it says of the jobs, one answer a line."""
    (tmp_path / "bin").mkdir()
    for name, text in (("kubectl", KUBECTL), ("sleep", "#!/bin/sh\n")):
        program = tmp_path / "bin" / name
        program.write_text(text)
        program.chmod(0o755)
    return tmp_path


def roll_out(folder: Path, *states: str, patience: int = 60) -> subprocess.CompletedProcess[str]:
    (folder / "states").write_text("".join(f"{state}\n" for state in states))
    return subprocess.run(
        [str(ROLLOUT), "overlay"],
        env={
            "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
            "CALLS": str(folder / "calls"),
            "STATES": str(folder / "states"),
            "PATIENCE": str(patience),
        },
        capture_output=True,
        text=True,
        check=False,
        timeout=30,
    )


def calls(folder: Path) -> list[str]:
    return (folder / "calls").read_text().splitlines()


def applied(folder: Path) -> list[str]:
    """The selectors of what was applied, in order."""
    return [call.rpartition(" ")[2] for call in calls(folder) if call.startswith("apply")]


SERVING = "app.kubernetes.io/component,app.kubernetes.io/component!=migrate"
BEFORE = ["!app.kubernetes.io/component", "app.kubernetes.io/component=migrate"]


def test_what_serves_comes_after_the_last_migration(folder: Path) -> None:
    outcome = roll_out(folder, "a=;b=", "a=Complete;b=", "a=SuccessCriteriaMet Complete;b=SuccessCriteriaMet Complete")
    assert outcome.returncode == 0, outcome.stderr
    assert applied(folder) == [*BEFORE, SERVING]
    asked = [index for index, call in enumerate(calls(folder)) if "get jobs" in call]
    assert len(asked) == 3
    assert calls(folder)[asked[-1] + 1].startswith("apply")
    assert calls(folder)[-1].startswith("rollout status --namespace ufadhili deployment.apps/billing")


def test_the_jobs_of_the_rollout_before_are_taken_away_first(folder: Path) -> None:
    roll_out(folder, "a=Complete")
    deleted = next(index for index, call in enumerate(calls(folder)) if call.startswith("delete jobs"))
    assert calls(folder)[deleted + 1].endswith(BEFORE[1])


def test_a_failed_migration_leaves_what_serves_alone(folder: Path) -> None:
    outcome = roll_out(folder, "a=Complete;b=", "a=Complete;b=FailureTarget Failed")
    assert outcome.returncode == 1
    assert "b=FailureTarget Failed" in outcome.stderr
    assert applied(folder) == BEFORE


def test_migrations_that_do_not_end_leave_what_serves_alone(folder: Path) -> None:
    outcome = roll_out(folder, "a=", patience=10)
    assert outcome.returncode == 1
    assert "not done in time" in outcome.stderr
    assert applied(folder) == BEFORE


def test_a_cluster_that_does_not_answer_leaves_what_serves_alone(folder: Path) -> None:
    outcome = roll_out(folder)
    assert outcome.returncode != 0
    assert applied(folder) == BEFORE


def test_jobs_that_are_not_seen_yet_are_not_taken_for_done(folder: Path) -> None:
    outcome = roll_out(folder, "", "a=Complete")
    assert outcome.returncode == 0, outcome.stderr
    assert len([call for call in calls(folder) if "get jobs" in call]) == 2
