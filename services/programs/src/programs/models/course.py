"""A course, in the catalogue of the organization that teaches it."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Course(Base):
    """Readable by everyone signed in; any organization's cohort may name it."""

    __tablename__ = "courses"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    title: Mapped[str]
    description: Mapped[str | None]
    subject_area: Mapped[str | None]
    grade_level: Mapped[str | None]
    created_at: Mapped[datetime]
