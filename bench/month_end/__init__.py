"""What closing a month costs: so many cohorts and seats, in how many seconds and how much CPU."""

from pathlib import Path

ROOT = Path(__file__).parents[2]
