"""What is asked beside the password: an authenticator app's codes, and recovery codes for when it is lost."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from identity.errors import SecondFactorOff, SecondFactorOn, WrongCode


class TotpFactor(Base):
    """A secret shared with an authenticator app, sealed. It counts once a code of it was shown."""

    __tablename__ = "totp_factors"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    secret: Mapped[bytes]
    created_at: Mapped[datetime]
    confirmed_at: Mapped[datetime | None]
    last_step: Mapped[int | None]

    @property
    def is_on(self) -> bool:
        """Whether signing in asks for its codes."""
        return self.confirmed_at is not None

    def begin(self, secret: bytes, at: datetime) -> None:
        """Another secret, as long as none counts. Raises SecondFactorOn."""
        if self.is_on:
            raise SecondFactorOn()
        self.secret, self.created_at = secret, at

    def confirm(self, step: int | None, at: datetime) -> None:
        """From now on it counts. ``step`` is that of the code shown. Raises SecondFactorOn, WrongCode."""
        if self.is_on:
            raise SecondFactorOn()
        self.take(step)
        self.confirmed_at = at

    def take(self, step: int | None) -> None:
        """A code of this time step opens, once, and none of an earlier one after it. Raises WrongCode."""
        if step is None or (self.last_step is not None and step <= self.last_step):
            raise WrongCode()
        self.last_step = step

    def must_be_on(self) -> None:
        """Raises SecondFactorOff."""
        if not self.is_on:
            raise SecondFactorOff()


class RecoveryCode(Base):
    """Opens once in the place of an authenticator app's code. Only a keyed hash is kept."""

    __tablename__ = "recovery_codes"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    code_hash: Mapped[bytes] = mapped_column(primary_key=True)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
