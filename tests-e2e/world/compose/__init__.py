"""`docker compose up` without an engine: docker-compose.yml read, and its containers run as processes of this machine.

A container is a process with its own network, process, mount, host-name and IPC namespaces. Its root is this machine's,
with a layer in memory over it that nobody else sees; volumes are mounted at the paths the file names. Honoured:
command, environment, user, depends_on with conditions, health checks, restart policies, stop signal and grace,
read_only, tmpfs, volumes, networks (who is on none with you cannot be reached), replicas; of services with a profile,
that they do not start.

Not honoured, because no engine is here: limits of CPU and memory, ulimits, capabilities, seccomp, logging drivers; a
published port is reached at the container's own address. Images are not built: ours is the repository with its `.venv`
and what the Dockerfile says of the process, a foreign one is what `images` brings for its name. A layer lives only as
long as its process: what a restarted container wrote outside its volumes is gone.
"""

from world.compose.engine import Engine
from world.compose.reader import Project, read

__all__ = ["Engine", "Project", "read"]
