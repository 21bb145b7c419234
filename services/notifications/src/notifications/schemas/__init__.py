"""Notifications' public JSON."""
