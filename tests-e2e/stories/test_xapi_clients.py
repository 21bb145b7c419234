"""Public xAPI clients write through the gateway with an API key and read back; what they say counts."""

import os
import shutil
import subprocess
import sys
from pathlib import Path
from uuid import uuid4

import certifi
import pytest
from world.acts import child, enrol, make_cohort
from world.system import eventually

pytestmark = [pytest.mark.long, pytest.mark.production]  # long for what it installs; no harm to the world of others

PROGRAMS = Path(__file__).parent / "xapi_clients"
TINCAN, XAPI = "tincan==1.0.0", "@xapi/xapi@3.0.1"
PATIENCE = 300
"""Seconds for an installation, with a registry that is slow."""


def missing(what: str) -> None:
    """CI has what it needs; elsewhere the test says what is missing."""
    (pytest.fail if os.environ.get("CI") == "true" else pytest.skip)(f"needs {what}")


def run(*command: str, folder: Path, seconds: int = 120) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, **trusting(folder)}
    return subprocess.run(command, cwd=folder, timeout=seconds, capture_output=True, text=True, check=False, env=env)


def trusting(folder: Path) -> dict[str, str]:
    """Clients of the edge trust its certificate, which is its own authority, beside everybody else's."""
    told = os.environ.get("REQUESTS_CA_BUNDLE")
    if not told:
        return {}
    everybody = folder / "trusted.pem"
    everybody.write_text(Path(certifi.where()).read_text() + Path(told).read_text())
    return {name: str(everybody) for name in ("REQUESTS_CA_BUNDLE", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS")}


@pytest.fixture
def with_tincan(tmp_path):
    """A command that runs the story of the Python client."""
    run(sys.executable, "-m", "venv", "python", folder=tmp_path, seconds=PATIENCE)
    python = tmp_path / "python" / "bin" / "python"
    if run(str(python), "-m", "pip", "install", "-q", TINCAN, folder=tmp_path, seconds=PATIENCE).returncode:
        missing(f"pip and {TINCAN}")
    return [str(python), str(PROGRAMS / "with_tincan.py")]


@pytest.fixture
def with_xapi(tmp_path):
    """A command that runs the story of the npm client."""
    if not shutil.which("npm") or not shutil.which("node"):
        missing("npm and node")
    if run("npm", "install", "--no-audit", "--no-fund", XAPI, folder=tmp_path, seconds=PATIENCE).returncode:
        missing(f"npm and {XAPI}")
    shutil.copy(PROGRAMS / "with_xapi.cjs", tmp_path)
    return ["node", str(tmp_path / "with_xapi.cjs")]


@pytest.fixture
def school(town):
    """A school with a course, a student and a key."""
    school = town.admin("academy", "Uhuru School")
    school.course = school.post("/api/v1/programs/courses/", {"title": "Mathematics"})["id"]
    school.pupil = child(email=f"{uuid4().hex}@pupils.example")
    (row,) = enrol(school, make_cohort(school, course_ids=[school.course]), school.pupil)
    school.progress = f"/api/v1/programs/students/{row['student_id']}/progress/"
    school.key = school.post("/api/v1/auth/api-keys/", {"name": "LMS", "permissions": ["records.write"]})
    return school


@pytest.mark.parametrize("client", ["with_tincan", "with_xapi"])
def test_a_public_client_writes_with_basic_auth_and_reads_back(school, request, tmp_path, client):
    command = request.getfixturevalue(client)
    endpoint = f"{school.system.url}/api/v1/xapi/"

    told = run(
        *command, endpoint, school.key["id"], school.key["key"], school.pupil["email"], school.course, folder=tmp_path
    )

    assert told.returncode == 0, told.stdout + told.stderr
    assert "read back" in told.stdout
    assert school.key["key"] not in school.system.logs()
    if client == "with_tincan":  # the other one voids what it said
        eventually(lambda: school.call("GET", school.progress).status_code == 200, "privacy knows who teaches whom")
        (course,) = school.get(school.progress)["courses"]
        assert (course["score"], course["max_score"], course["completed"]) == (80, 100, True)


def test_a_revoked_key_ends_within_a_second_or_so(school):
    version = {"X-Experience-API-Version": "1.0.3", "Authorization": f"Bearer {school.key['key']}"}
    school.call("GET", "/api/v1/xapi/statements", headers=version, status=200)

    school.call("DELETE", f"/api/v1/auth/api-keys/{school.key['id']}/", status=204)

    def refused() -> bool:
        return school.call("GET", "/api/v1/xapi/statements", headers=version).status_code == 401

    eventually(refused, "the key's token is refused", 5)
