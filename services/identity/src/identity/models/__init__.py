"""Tables whose methods are the rules of one row."""

from identity.models.api_key import ApiKey
from identity.models.invitation import Invitation
from identity.models.organization import Organization
from identity.models.person import EmailVerification, User
from identity.models.rights import AuditEntry, Membership, Role
from identity.models.session import RefreshToken, UserSession

__all__ = [
    "ApiKey",
    "AuditEntry",
    "EmailVerification",
    "Invitation",
    "Membership",
    "Organization",
    "RefreshToken",
    "Role",
    "User",
    "UserSession",
]
