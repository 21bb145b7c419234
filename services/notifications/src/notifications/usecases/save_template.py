"""Save a template, having tried it."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from chassis.paging import Page, paginate
from notifications.errors import TemplateNameTaken
from notifications.models import Template
from notifications.queries.templates import templates
from notifications.rules.content import Content, compose
from notifications.rules.templating import GIVEN, BadTemplate, check
from notifications.usecases.people import organization


def save_template(session: Session, caller: Caller, **wanted: Any) -> dict[str, Any]:
    """``wanted`` are name, subject, body, format and variables. Returns the template and a preview of it.

    Raises Invalid and TemplateNameTaken.
    """
    for field in ("subject", "body"):
        try:
            check(wanted[field], wanted["variables"])
        except BadTemplate as error:
            raise Invalid.field(field, str(error)) from None
    preview = _preview(wanted["subject"], wanted["body"], wanted["format"], wanted["variables"])
    row = {"id": new_id(), "organization_id": organization(caller), "created_at": now(), **wanted}
    kept = session.scalar(insert(Template).values(**row).on_conflict_do_nothing().returning(Template.id))
    if kept is None:
        raise TemplateNameTaken()
    return {**row, "preview": preview}


def _preview(subject: str, body: str, form: str, variables: Sequence[str]) -> Content:
    """Each variable shown as its own name in brackets."""
    values = {name: f"[{name}]" for name in (*variables, *GIVEN)}
    try:
        return compose(subject, body, form, values)
    except BadTemplate as error:
        raise Invalid.field("body", str(error)) from None


def list_templates(session: Session, caller: Caller, *, page: int, limit: int) -> Page:
    """The organization's templates, by name."""
    return paginate(session, templates(organization(caller)), page=page, limit=limit)
