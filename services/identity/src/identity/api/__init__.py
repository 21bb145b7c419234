"""Every URL of identity."""

from identity.api import (
    accounts,
    internal,
    jwks,
    me,
    organizations,
    sessions,
)

BLUEPRINTS = (
    accounts.blp,
    sessions.blp,
    me.blp,
    organizations.blp,
    jwks.blp,
    internal.blp,
)
