"""Enrol students into a cohort: up to 10,000 in one call, each row by itself, all set-based."""

from programs.usecases.enrol_students.enrol import enrol_students

__all__ = ["enrol_students"]
