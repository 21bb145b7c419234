"""Every URL of identity."""

from identity.api import (
    accounts,
    api_keys,
    internal,
    internal_data,
    invitations,
    jwks,
    me,
    members,
    organizations,
    passwords,
    second_factor,
    sessions,
)

BLUEPRINTS = (
    accounts.blp,
    sessions.blp,
    passwords.blp,
    second_factor.blp,
    me.blp,
    organizations.blp,
    members.blp,
    invitations.blp,
    api_keys.blp,
    jwks.blp,
    internal.blp,
    internal_data.blp,
)
