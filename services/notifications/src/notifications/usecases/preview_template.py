"""Show how words read, before anybody else does."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from chassis.errors import Invalid
from notifications.queries.templates import find_template
from notifications.rules.content import Content, compose
from notifications.rules.sms import size
from notifications.rules.templating import GIVEN, BadTemplate


def preview_template(session: Session, template_id: UUID, *, variables: Mapping[str, str]) -> dict[str, Any]:
    """With these values; a variable without one shows as its name in brackets. Raises NoSuchTemplate and Invalid."""
    found = find_template(session, template_id)
    words = {name: getattr(found, name) for name in ("subject", "body", "format", "variables")}
    return preview(words, variables)


def preview(words: Mapping[str, Any], given: Mapping[str, str]) -> dict[str, Any]:
    """Subject, text, HTML, and what it would be as a text message. Raises Invalid."""
    known = GIVEN | set(words["variables"])
    refuse_unknown(given, known)
    return read_with(words, {name: f"[{name}]" for name in known} | dict(given))


def read_with(words: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    """The words with exactly these values. Raises Invalid."""
    try:
        return sized(compose(words["subject"], words["body"], words["format"], values))
    except BadTemplate as error:
        raise Invalid.field("body", str(error)) from None


def sized(content: Content) -> dict[str, Any]:
    """What is read, and its size as a text message."""
    return {**content._asdict(), "sms": size(content.text)._asdict()}


def refuse_unknown(given: Mapping[str, str], known: frozenset[str] | set[str]) -> None:
    """Raises Invalid for values of variables there are not."""
    wrong = [{"field": f"variables.{name}", "message": "There is no such variable."} for name in set(given) - known]
    if wrong:
        raise Invalid(errors=sorted(wrong, key=lambda each: each["field"]))
