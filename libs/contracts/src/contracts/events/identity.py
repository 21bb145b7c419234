"""What identity says: organizations, people, memberships and invitations."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from contracts.event import Event
from contracts.rights import ErasureFacts


@dataclass(frozen=True, kw_only=True)
class OrganizationFacts:
    """An organization as it is now. ``kind`` is one of contracts.roles.KINDS."""

    organization_id: UUID
    name: str
    kind: str
    slug: str
    currency: str
    time_zone: str
    country: str | None = None
    contact_email: str | None = None


@dataclass(frozen=True, kw_only=True)
class OrganizationCreated(OrganizationFacts, Event, subject="organization_id"):
    """An organization exists."""


@dataclass(frozen=True, kw_only=True)
class OrganizationUpdated(OrganizationFacts, Event, subject="organization_id"):
    """The organization as it is now (a snapshot)."""


@dataclass(frozen=True, kw_only=True)
class UserRegistered(Event, subject="user_id"):
    """A person has an account; the address is not verified by this alone."""

    user_id: UUID
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class UserUpdated(Event, subject="user_id"):
    """The person's name as it is now (a snapshot)."""

    user_id: UUID
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class EmailVerified(Event, subject="user_id"):
    """The person has proved to read mail at this address. The only ground for linking an account to a student."""

    user_id: UUID
    email: str


@dataclass(frozen=True, kw_only=True)
class InvitationCreated(Event, subject="invitation_id"):
    """Somebody is invited by mail, as ``member``, ``student`` or ``guardian``. Published again on a resend.

    The link is not in the event: notifications asks identity for one when it writes the mail.
    """

    invitation_id: UUID
    organization_id: UUID | None
    organization_name: str | None
    email: str
    purpose: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class EmailVerificationRequested(Event, subject="user_id"):
    """A new account should prove its address. The link is asked of identity when the mail is written."""

    user_id: UUID
    email: str
    name: str


@dataclass(frozen=True, kw_only=True)
class PasswordResetRequested(Event, subject="reset_id"):
    """A person asked for a new password. The link is asked of identity when the mail is written."""

    reset_id: UUID
    user_id: UUID
    email: str
    name: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True)
class CredentialsChanged(Event, subject="user_id"):
    """How a person signs in has changed, and they are told: it may not have been they.

    ``what`` is ``password_reset``, ``password_changed``, ``account_taken_over``, ``totp_enabled``, ``totp_disabled``,
    ``recovery_codes_made`` or ``recovery_code_used``.
    """

    user_id: UUID
    email: str
    name: str
    what: str
    changed_at: datetime


@dataclass(frozen=True, kw_only=True)
class MemberAdded(Event, subject="user_id"):
    """A person holds a role in an organization, narrowed to one cohort when ``cohort_id`` is set."""

    organization_id: UUID
    user_id: UUID
    role: str
    cohort_id: UUID | None = None


@dataclass(frozen=True, kw_only=True)
class MemberRemoved(Event, subject="user_id"):
    """A person no longer holds any role in the organization."""

    organization_id: UUID
    user_id: UUID


@dataclass(frozen=True, kw_only=True)
class ErasureDone(ErasureFacts, Event, subject="request_id"):
    """Identity has erased the person of a request, and says what it keeps and why."""


@dataclass(frozen=True, kw_only=True)
class DataExportPartReady(Event, subject="request_id"):
    """Identity can be asked for its part of a person's data (``/internal/person-data``)."""

    request_id: UUID
