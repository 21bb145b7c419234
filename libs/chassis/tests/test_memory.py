"""What a process has loaded when it begins to serve is not looked through again."""

import subprocess
import sys

_SERVE = """
import gc, os, signal
from types import SimpleNamespace
from flask import Flask
from chassis import server
app = Flask("served")
app.extensions["database"] = SimpleNamespace(engine=SimpleNamespace(dispose=lambda close: None))
class Worker:
    def start(self):
        print(gc.get_freeze_count() / (gc.get_freeze_count() + len(gc.get_objects())), flush=True)
        os.kill(os.getpid(), signal.SIGTERM)
    def stop(self, timeout):
        return True
settings = SimpleNamespace(host="127.0.0.1", port=0, threads=1)
server.serve_service(app, settings, Worker)
"""


def test_a_worker_begins_with_nearly_everything_out_of_the_collectors_way() -> None:
    served = subprocess.run([sys.executable, "-c", _SERVE], capture_output=True, text=True, timeout=60, check=False)
    assert served.returncode == 0, served.stderr
    assert float(served.stdout) > 0.95
