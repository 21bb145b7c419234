"""The mails we write ourselves, from Jinja templates in ``templates/``: one subject, one HTML body each."""

from collections.abc import Mapping
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

from notifications.rules.content import Content, one_line
from notifications.rules.html import as_text, clean, inlined

LINK_PURPOSE = {
    "invitation": "invitation",
    "email_verification": "email_verification",
    "password_reset": "password_reset",
}
"""Kind of notice to the purpose of the link that identity makes for it at the moment of writing."""


def notice(kind: str, data: Mapping[str, Any]) -> Content:
    """The notice of this kind about these facts. Its template's first line is the subject."""
    return _content(_environment().get_template(f"{kind}.html").render(data))


@lru_cache(maxsize=50)
def _content(written: str) -> Content:
    """Of a thousand students told the same, in the same words, once."""
    subject, _, body = written.partition("\n")
    html = clean(body.strip())
    return Content(one_line(as_text(subject)), as_text(html), html)


def page(
    content: Content,
    organization_name: str | None,
    foot: str = "",
    *,
    stop: str | None = None,
    pixel: str | None = None,
) -> str:
    """A whole HTML page around a fragment that is safe already, for mail readers.

    ``stop`` is where such mails are stopped, ``pixel`` the picture that tells that the mail was opened.
    """
    template = _environment().get_template("page.html")
    facts = {"subject": content.subject, "body": content.html, "organization_name": organization_name, "foot": foot}
    facts |= {"stop": stop, "pixel": pixel}
    return inlined(template.render(facts))


def footer(public_url: str, *, answered: bool) -> str:
    """How to have an organization's messages stop."""
    other = ", or answer this mail" if answered else ""
    return f"To choose which messages reach you, sign in at {public_url}{other}."


@cache
def _environment() -> Environment:
    return Environment(loader=PackageLoader("notifications"), autoescape=True, undefined=StrictUndefined)
