"""Webhooks out: which events, when again, how signed, what is shown of an answer."""
