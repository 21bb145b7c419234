"""Record results: up to 10,000 in one call, each row by itself, all set-based."""

from programs.usecases.record_results.record import record_results

__all__ = ["record_results"]
