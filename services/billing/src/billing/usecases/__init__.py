"""What billing does: one file, one public verb."""
