"""A person's account, and the proofs asked of its address."""

from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from chassis.ids import new_id
from identity.errors import LinkNotValid


class User(Base):
    """A person who can sign in. The address is kept as it was normalised; it is unique without regard to case."""

    __tablename__ = "users"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]
    name: Mapped[str]
    password_hash: Mapped[str | None]
    email_verified_at: Mapped[datetime | None]
    created_at: Mapped[datetime]

    @property
    def email_verified(self) -> bool:
        """Whether the person has proved to read mail at the address."""
        return self.email_verified_at is not None

    def verify_email(self, at: datetime) -> bool:
        """The address is proved. True when it was not before."""
        if self.email_verified:
            return False
        self.email_verified_at = at
        return True


class EmailVerification(Base):
    """One link that proves an address. Only the hash of its token is kept."""

    __tablename__ = "email_verifications"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID]
    token_hash: Mapped[bytes]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    @classmethod
    def open(cls, user_id: UUID, token_hash: bytes, at: datetime, life: timedelta) -> "EmailVerification":
        """A link made now."""
        return cls(id=new_id(), user_id=user_id, token_hash=token_hash, created_at=at, expires_at=at + life)

    def use(self, at: datetime) -> None:
        """Use the link, once and in time. Raises LinkNotValid."""
        if self.used_at is not None or at >= self.expires_at:
            raise LinkNotValid()
        self.used_at = at
