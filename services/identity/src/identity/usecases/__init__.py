"""One file, one public verb."""
