"""Templates of an organization, and its own wording of our notices."""

from typing import Any
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from notifications.errors import NoSuchTemplate
from notifications.models import Template, TemplateVersion
from notifications.rules.catalogue import CATALOGUE


def find_template(session: Session, template_id: UUID, *, lock: bool = False) -> Template:
    """One of the organization's own: row-level security hides the others. Raises NoSuchTemplate."""
    template = session.get(Template, template_id, with_for_update=lock or None)
    if template is None or template.key is not None:
        raise NoSuchTemplate()
    return template


def templates(organization_id: UUID) -> Select[*tuple[Any, ...]]:
    """All of an organization's, by name; its wording of notices is not among them."""
    return (
        select(
            Template.id, Template.name, Template.format, Template.subject, Template.body, Template.variables,
            Template.version, Template.created_at, Template.updated_at,
        )
        .where(Template.organization_id == organization_id, Template.key.is_(None))
        .order_by(Template.name, Template.id)
    )  # fmt: skip


def versions(organization_id: UUID, template_id: UUID) -> Select[*tuple[Any, ...]]:
    """How a template has read, the latest first."""
    return (
        select(
            TemplateVersion.version, TemplateVersion.format, TemplateVersion.subject, TemplateVersion.body,
            TemplateVersion.variables, TemplateVersion.saved_by, TemplateVersion.saved_at,
        )
        .where(TemplateVersion.organization_id == organization_id, TemplateVersion.template_id == template_id)
        .order_by(TemplateVersion.version.desc())
    )  # fmt: skip


def own_wording(
    session: Session, organization_id: UUID, key: str, channel: str, *, lock: bool = False
) -> Template | None:
    """The organization's wording of a notice, if it has one."""
    statement = select(Template).where(
        Template.organization_id == organization_id, Template.key == key, Template.channel == channel
    )
    return session.scalar(statement.with_for_update() if lock else statement)


def own_wordings(session: Session, organization_id: UUID) -> dict[tuple[str, str], Template]:
    """All that the organization words itself, by key and channel."""
    statement = select(Template).where(Template.organization_id == organization_id, Template.key.is_not(None))
    return {(str(found.key), str(found.channel)): found for found in session.scalars(statement)}


def wording(session: Session, organization_id: UUID | None, key: str, channel: str) -> Template | None:
    """As ``own_wording``, asked once in a transaction: a batch may hold hundreds of the same notice."""
    if organization_id is None or key not in CATALOGUE:
        return None
    known: dict[tuple[UUID, str, str], Template | None] = session.info.setdefault("wordings", {})
    name = (organization_id, key, channel)
    if name not in known:
        known[name] = own_wording(session, *name)
    return known[name]
