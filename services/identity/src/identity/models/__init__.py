"""Tables whose methods are the rules of one row."""

from identity.models.api_key import ApiKey
from identity.models.invitation import Invitation
from identity.models.organization import Organization
from identity.models.password_reset import PasswordReset
from identity.models.person import EmailVerification, User
from identity.models.rights import AuditEntry, AuditHead, Membership, Role
from identity.models.second_factor import RecoveryCode, TotpFactor
from identity.models.session import RefreshToken, UserSession

__all__ = [
    "ApiKey",
    "AuditEntry",
    "AuditHead",
    "EmailVerification",
    "Invitation",
    "Membership",
    "Organization",
    "PasswordReset",
    "RecoveryCode",
    "RefreshToken",
    "Role",
    "TotpFactor",
    "User",
    "UserSession",
]
