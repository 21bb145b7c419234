"""Outside systems, one a file."""
