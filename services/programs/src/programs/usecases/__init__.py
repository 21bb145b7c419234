"""What programs does: one file, one public verb."""
