"""Take xAPI statements in: store each as it came, and let it mean here what it can."""

from programs.usecases.record_statements.record import LARGEST_BATCH, record_statements

__all__ = ["LARGEST_BATCH", "record_statements"]
