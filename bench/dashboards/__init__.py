"""What dashboards, metrics and reports cost with 100,000 and a million enrolments. ``python -m bench.dashboards``"""

from pathlib import Path

ROOT = Path(__file__).parents[2]
