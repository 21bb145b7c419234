"""Save a template, having tried it; every version of it is kept."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.paging import Page, paginate
from notifications.errors import TemplateNameTaken
from notifications.models import Template, TemplateVersion
from notifications.queries.templates import find_template, templates, versions
from notifications.rules.templating import BadTemplate, check
from notifications.usecases.people import organization
from notifications.usecases.preview_template import preview

_WORDS = ("format", "subject", "body", "variables")


def save_template(session: Session, caller: Caller, **wanted: Any) -> dict[str, Any]:
    """``wanted`` are name, subject, body, format and variables. Returns the template and a preview of it.

    Raises Invalid and TemplateNameTaken.
    """
    checked(wanted)
    at = now()
    row = {"id": new_id(), "organization_id": organization(caller), "created_at": at, "updated_at": at, **wanted}
    kept = insert(Template).values(**row, version=1).on_conflict_do_nothing().returning(Template.id)
    if session.scalar(kept) is None:
        raise TemplateNameTaken()
    keep_version(session, caller, session.get_one(Template, row["id"]))
    return {**row, "version": 1, "preview": preview(wanted, {})}


def change_template(session: Session, caller: Caller, template_id: UUID, **wanted: Any) -> dict[str, Any]:
    """A new version; messages accepted before keep their words. Raises NoSuchTemplate, Invalid, TemplateNameTaken."""
    template = find_template(session, template_id, lock=True)
    checked(wanted)
    if wanted["name"] != template.name and _taken(session, template, wanted["name"]):
        raise TemplateNameTaken()
    reworded(session, caller, template, wanted)
    return {**show(template), "preview": preview(wanted, {})}


def delete_template(session: Session, template_id: UUID) -> None:
    """Nobody can choose it any more; its versions stay. Raises NoSuchTemplate."""
    session.delete(find_template(session, template_id, lock=True))


def reworded(session: Session, caller: Caller, template: Template, wanted: dict[str, Any]) -> None:
    """Give the template other words, as its next version."""
    for name, value in wanted.items():
        setattr(template, name, value)
    template.version, template.updated_at = template.version + 1, now()
    session.flush()
    keep_version(session, caller, template)


def keep_version(session: Session, caller: Caller, template: Template) -> None:
    """Remember how it reads now, and who said so."""
    words = {name: getattr(template, name) for name in _WORDS}
    kept = TemplateVersion(
        organization_id=template.organization_id,
        template_id=template.id,
        version=template.version,
        saved_by=caller.user_id,
        saved_at=template.updated_at,
        **words,
    )
    session.add(kept)
    session.flush()


def checked(wanted: dict[str, Any]) -> None:
    """Raises Invalid for what could do more than speak, or uses what is not declared."""
    for field in ("subject", "body"):
        try:
            check(wanted[field], wanted["variables"])
        except BadTemplate as error:
            raise Invalid.field(field, str(error)) from None


def show(template: Template) -> dict[str, Any]:
    """A template as JSON shows it."""
    names = ("id", "name", *_WORDS, "version", "created_at", "updated_at")
    return {name: getattr(template, name) for name in names}


def list_templates(session: Session, caller: Caller, *, page: int, limit: int) -> Page:
    """The organization's templates, by name."""
    return paginate(session, templates(organization(caller)), page=page, limit=limit)


def list_versions(session: Session, caller: Caller, template_id: UUID, *, page: int, limit: int) -> Page:
    """How a template has read, the latest first. Raises NoSuchTemplate."""
    find_template(session, template_id)
    return paginate(session, versions(organization(caller), template_id), page=page, limit=limit)


def _taken(session: Session, template: Template, name: str) -> bool:
    found = session.execute(templates(template.organization_id).where(Template.name == name)).first()
    return found is not None
