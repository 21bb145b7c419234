"""Privacy's resources."""

from privacy.api import access_log, check, consents, guardians, internal, policies, requests, retention

BLUEPRINTS = (
    consents.blp, consents.mine, policies.blp, check.blp, guardians.blp, access_log.blp, requests.blp,
    requests.receipts, requests.clocks, retention.blp, internal.blp,
)  # fmt: skip
