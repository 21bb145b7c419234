"""An invitation by mail: to be a member, or to claim a student's or guardian's place."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from identity.errors import InvitationNotPending, LinkNotValid, ResentTooOften

RESENDS = 5


class Invitation(Base):
    """Single use, ends by itself, can be sent again. Only the hash of the newest link's token is kept."""

    __tablename__ = "invitations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    purpose: Mapped[str]
    email: Mapped[str]
    organization_id: Mapped[UUID | None]
    student_id: Mapped[UUID | None]
    role: Mapped[str | None]
    cohort_id: Mapped[UUID | None]
    invited_by: Mapped[UUID | None]
    state: Mapped[str]
    token_hash: Mapped[bytes | None]
    expires_at: Mapped[datetime]
    resends: Mapped[int]
    accepted_by: Mapped[UUID | None]
    accepted_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    def link_with(self, token_hash: bytes, at: datetime) -> None:
        """The newest link is the one that works. Raises InvitationNotPending."""
        self._must_be_open(at)
        self.token_hash = token_hash

    def accept(self, user_id: UUID, at: datetime) -> None:
        """Use the invitation, once and in time. Raises LinkNotValid."""
        if self.state != "pending" or at >= self.expires_at:
            raise LinkNotValid()
        self.state, self.accepted_by, self.accepted_at = "accepted", user_id, at
        self.token_hash = None

    def resend(self, at: datetime, life: timedelta) -> None:
        """Open it for another while; links mailed before die. Raises InvitationNotPending, ResentTooOften."""
        if self.state != "pending":
            raise InvitationNotPending()
        if self.resends >= RESENDS:
            raise ResentTooOften()
        self.resends += 1
        self.expires_at, self.token_hash = at + life, None

    def revoke(self) -> None:
        """Take it back. Raises InvitationNotPending when it was accepted or taken back before."""
        if self.state != "pending":
            raise InvitationNotPending()
        self.state, self.token_hash = "revoked", None

    def _must_be_open(self, at: datetime) -> None:
        if self.state != "pending" or at >= self.expires_at:
            raise InvitationNotPending()
