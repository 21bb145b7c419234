"""A process that is asked to end before it has begun to listen ends as well as any other."""

import subprocess
import sys

_SERVE = """
import os, signal
from chassis import server
server.serve(lambda: None, host="127.0.0.1", port=0, threads=1,
             post_worker_init=lambda _: os.kill(os.getpid(), signal.SIGTERM))
"""


def test_asked_to_end_while_it_starts_it_ends_in_good_order() -> None:
    served = subprocess.run([sys.executable, "-c", _SERVE], capture_output=True, text=True, timeout=60, check=False)
    assert (served.returncode, served.stderr) == (0, "")
