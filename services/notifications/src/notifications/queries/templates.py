"""Templates of an organization."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from notifications.errors import NoSuchTemplate
from notifications.models import Template


def find_template(session: Session, template_id: UUID) -> Template:
    """One of the organization's own: row-level security hides the others. Raises NoSuchTemplate."""
    template = session.get(Template, template_id)
    if template is None:
        raise NoSuchTemplate()
    return template


def templates(organization_id: UUID) -> Select[*tuple[Any, ...]]:
    """All of an organization's, by name."""
    return (
        select(
            Template.id, Template.name, Template.format, Template.subject, Template.body, Template.variables,
            Template.created_at,
        )
        .where(Template.organization_id == organization_id)
        .order_by(Template.name, Template.id)
    )  # fmt: skip
