"""Where people take text messages."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base
from notifications.rules.codes import TRIES, matches


class Phone(Base):
    """A person's number (E.164). It counts once they have typed the code that was sent to it."""

    __tablename__ = "phones"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    number: Mapped[str]
    verified_at: Mapped[datetime | None]
    code_hash: Mapped[bytes | None]
    code_ends_at: Mapped[datetime | None]
    tries: Mapped[int] = mapped_column(Integer)

    def confirm(self, code: str, at: datetime) -> bool:
        """Whether this is the code last sent; each try counts, and none does when none is left or time is up."""
        if self.code_hash is None or self.code_ends_at is None or at >= self.code_ends_at or self.tries >= TRIES:
            return False
        self.tries += 1
        if not matches(code, self.user_id, self.code_hash):
            return False
        self.verified_at, self.code_hash, self.code_ends_at = at, None, None
        return True
