"""A student: a person, and beside the person what each organization knows."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Student(Base):
    """A person. ``email`` is normalized and tells people apart across organizations.

    ``registered_by`` named the person first and alone may correct what stands here; an organization that takes the
    person up by id starts from it.
    """

    __tablename__ = "students"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str | None]
    birth_date: Mapped[date | None]
    country: Mapped[str | None]
    registered_by: Mapped[UUID]
    name: Mapped[str]
    grade_level: Mapped[str | None]
    school: Mapped[str | None]
    county: Mapped[str | None]


class OrganizationStudent(Base):
    """What one organization knows of a student, as it typed it. ``taught``: it is the academy that teaches them."""

    __tablename__ = "organization_students"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    external_id: Mapped[str | None]
    grade_level: Mapped[str | None]
    school: Mapped[str | None]
    county: Mapped[str | None]
    guardian_email: Mapped[str | None]
    taught: Mapped[bool]
    registered_at: Mapped[datetime]
