"""Every SELECT, by what it looks for."""
