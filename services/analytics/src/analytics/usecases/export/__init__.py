"""The same figures as tables, and the files they are written to."""
