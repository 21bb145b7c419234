"""Events, commit to handled: how many a second and how soon, beside raw pika on the same node in the same run."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The stage and the toy services are those of the faults: what is measured is what is killed there.
sys.path.insert(0, str(ROOT / "tests-e2e"))
