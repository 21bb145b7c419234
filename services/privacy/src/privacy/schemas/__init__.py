"""Privacy's public JSON."""
