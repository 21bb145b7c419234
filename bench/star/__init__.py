"""The whole of Project STAR from a OneRoster zip to the dashboards: how long it takes, and how much memory."""

import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]

# The system that is measured is the one that stories are played on.
sys.path.insert(0, str(ROOT / "tests-e2e"))
