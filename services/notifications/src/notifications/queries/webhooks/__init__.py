"""Webhooks: what organizations look at, and what the worker takes in hand."""
