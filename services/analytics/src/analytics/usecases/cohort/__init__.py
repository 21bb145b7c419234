"""The parts of a cohort's report."""
