"""Every URL of identity."""

from identity.api import (
    accounts,
    api_keys,
    internal,
    invitations,
    jwks,
    me,
    members,
    organizations,
    sessions,
)

BLUEPRINTS = (
    accounts.blp,
    sessions.blp,
    me.blp,
    organizations.blp,
    members.blp,
    invitations.blp,
    api_keys.blp,
    jwks.blp,
    internal.blp,
)
