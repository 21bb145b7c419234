"""How we connect to the broker: impatient, with heartbeats, and silent about its password."""

import logging

import pika

HEARTBEAT = 30
"""Seconds; a peer not heard of for twice as long is gone."""


def parameters(url: str, name: str) -> pika.URLParameters:
    """Where ``url`` says, seen by the broker under this name. Trying again is left to the caller's backoff."""
    # pika logs each step of a failed attempt as an error of its own; whoever called us logs one line.
    logging.getLogger("pika").setLevel(logging.CRITICAL)
    found = pika.URLParameters(url)
    found.heartbeat = HEARTBEAT
    found.blocked_connection_timeout = 60
    found.connection_attempts = 1
    found.socket_timeout = 5
    found.stack_timeout = 10
    found.client_properties = {"connection_name": name}
    return found
