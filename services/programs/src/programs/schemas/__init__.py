"""The service's public JSON."""
