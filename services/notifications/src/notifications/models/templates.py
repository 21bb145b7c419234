"""Subjects and bodies organizations keep."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import Integer, Text
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column

from chassis.database import Base


class Template(Base):
    """A subject and body with variables, of one organization; with a ``key``, its wording of one of our notices."""

    __tablename__ = "templates"

    id: Mapped[UUID] = mapped_column(primary_key=True)
    organization_id: Mapped[UUID]
    key: Mapped[str | None]
    channel: Mapped[str | None]
    name: Mapped[str]
    format: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    variables: Mapped[list[str]] = mapped_column(ARRAY(Text))
    version: Mapped[int] = mapped_column(Integer)
    created_at: Mapped[datetime]
    updated_at: Mapped[datetime]


class TemplateVersion(Base):
    """How a template read at a time. The database refuses to change or delete one."""

    __tablename__ = "template_versions"

    organization_id: Mapped[UUID] = mapped_column(primary_key=True)
    template_id: Mapped[UUID] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(Integer, primary_key=True)
    format: Mapped[str]
    subject: Mapped[str]
    body: Mapped[str]
    variables: Mapped[list[str]] = mapped_column(ARRAY(Text))
    saved_by: Mapped[UUID | None]
    saved_at: Mapped[datetime]
