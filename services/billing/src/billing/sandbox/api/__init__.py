"""The provider's HTTP API under /sandbox/v1. For its client, billing; not for people."""

from billing.sandbox.api import money, sessions

BLUEPRINTS = (sessions.blp, money.blp)
