"""Webhooks out: endpoints and their secrets, announcing, delivering, replaying."""
