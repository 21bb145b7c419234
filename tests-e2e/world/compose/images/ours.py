"""Stand-ins for the images our Dockerfile builds: what it says of the process holds, its files are the repository's."""

import re
import shlex
import shutil
import subprocess
import sys
from compileall import compile_dir
from dataclasses import replace
from pathlib import Path

from world.compose.dockerfile import Stage, stage
from world.compose.enclosure import ROOT
from world.compose.images.image import SYSTEM_PATH, Image, folder_of
from world.compose.interpolation import Unknown

_DOCKERFILE = ROOT / "Dockerfile"
_COPIED = ("libs", "services", "gateway", "docs")
"""What the processes of the image are made of; the packages of ``.venv`` stand where their sources are."""

_RENDER = re.compile(r"python -m (gateway nginx [^\n&;|]*)")


def process(home: Path) -> Image:
    """One recipe, the service is an argument. Built once: what is changed in the repository later changes nothing."""
    image = _image(stage(_DOCKERFILE, "ufadhili"), f"{Path(sys.executable).parent}:{SYSTEM_PATH}")
    return replace(image, shows=((_build(home / "image"), str(ROOT)), (ROOT / ".venv", str(ROOT / ".venv"))))


def edge() -> Image:
    """nginx, with the configuration that the command of the Dockerfile renders, for the nginx that is here."""
    folder_of("nginx", "nginx")
    return _image(stage(_DOCKERFILE, "edge"), SYSTEM_PATH, {"/etc/nginx/nginx.conf": _configuration()})


def _build(folder: Path) -> Path:
    """Compiled as the Dockerfile has it, or every process would do that again: none of them may write here."""
    if not folder.exists():
        (folder / ".venv").mkdir(parents=True)
        for part in _COPIED:
            compile_dir(ROOT / part, quiet=2)  # where it stands already, what has not changed
            shutil.copytree(ROOT / part, folder / part, ignore=shutil.ignore_patterns("tests"))
        folder.chmod(0o755)
    return folder


def _configuration() -> str:
    found = _RENDER.search(_DOCKERFILE.read_text().replace("\\\n", " "))
    if not found:
        raise Unknown("the Dockerfile renders no configuration of nginx")
    told = shlex.split(found[1].partition(">")[0])
    while option := {"--nginx", "--output"} & set(told):
        at = told.index(option.pop())
        del told[at : at + 2]
    version = subprocess.run(["nginx", "-v"], capture_output=True, text=True, check=True).stderr.rpartition("/")[2]
    told += ["--nginx", ".".join(version.split(".")[:2])]
    return subprocess.run([sys.executable, "-m", *told], capture_output=True, text=True, check=True).stdout


def _image(said: Stage, path: str, files: dict[str, str] | None = None) -> Image:
    return Image(
        entrypoint=said.entrypoint,
        command=said.command,
        user=said.user,
        environment={**said.environment, "PATH": path},
        working_dir=said.working_dir,
        stop_signal=said.stop_signal,
        healthcheck=said.healthcheck,
        folders=(said.working_dir,),
        files=files or {},
    )
