"""`docker compose up` without an engine: docker-compose.yml read, and its containers run as processes of this machine.

A container is a process with its own network, process, mount, host-name and IPC namespaces. Its root is this machine's,
with a layer in memory over it that nobody else sees; volumes are mounted at the paths the file names. Honoured:
command, environment, user, depends_on with conditions, health checks, restart policies, stop signal and grace,
read_only, tmpfs, volumes, networks, published ports (on the loopback address), profiles, replicas.

Not honoured, because no engine is here: limits of CPU and memory, ulimits, seccomp and the like, logging drivers. Images
are not built: ours is the repository with its `.venv`, a foreign one is what `images` brings for its name. A layer lives
as long as its process: what a restarted container wrote outside its volumes is gone.
"""

from world.compose.engine import Engine
from world.compose.reader import Project, read

__all__ = ["Engine", "Project", "read"]
