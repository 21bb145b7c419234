"""The services privacy asks."""
