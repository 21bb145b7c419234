"""Privacy's resources."""

from privacy.api import access_log, check, consents, guardians, internal, policies

BLUEPRINTS = (consents.blp, consents.mine, policies.blp, check.blp, guardians.blp, access_log.blp, internal.blp)
