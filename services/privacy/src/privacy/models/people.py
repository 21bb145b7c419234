"""Who is who, as the other services tell it."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import BigInteger, Identity
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Organization(Base):
    """An organization's name, kind and country, as identity last told."""

    __tablename__ = "organizations"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    kind: Mapped[str]
    country: Mapped[str | None]


class Member(Base):
    """A person holds some role in an organization."""

    __tablename__ = "members"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    user_id: Mapped[UUID] = mapped_column(primary_key=True)


class Account(Base):
    """The address a person has proved to read, in lower case."""

    __tablename__ = "accounts"

    user_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str]


class OrganizationStudent(Base):
    """What one organization says of a student; ``sequence`` is the order in which they came to know them."""

    __tablename__ = "organization_students"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    name: Mapped[str]
    email: Mapped[str | None]
    birth_date: Mapped[date | None]
    country: Mapped[str | None]
    adult_on: Mapped[date | None]
    taught: Mapped[bool]
    sequence: Mapped[int] = mapped_column(BigInteger, Identity(always=True))


class Student(Base):
    """A person who learns. ``adult_on`` is the latest day anyone's data gives, None while nobody's does.

    ``introduced_by`` is the organization that was first to know them; it alone names guardians.
    """

    __tablename__ = "students"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    introduced_by: Mapped[UUID]
    name: Mapped[str]
    email: Mapped[str | None]
    adult_on: Mapped[date | None]
    user_id: Mapped[UUID | None]


class Guardianship(Base):
    """Somebody was named as a student's guardian; it takes effect once the address is verified (``user_id``)."""

    __tablename__ = "guardianships"

    student_id: Mapped[UUID] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(primary_key=True)
    named_by: Mapped[UUID] = mapped_column(primary_key=True)
    from_roster: Mapped[bool]
    user_id: Mapped[UUID | None]
    created_at: Mapped[datetime]
