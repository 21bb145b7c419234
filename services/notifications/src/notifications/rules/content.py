"""A message as one recipient reads it: subject, text, and an HTML fragment."""

from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

from notifications.rules.html import as_text, clean, paragraphs
from notifications.rules.templating import render

SUBJECT_LIMIT = 200


class Content(NamedTuple):
    """What a recipient reads. ``html`` is a fragment, safe to show as it is."""

    subject: str
    text: str
    html: str


def compose(subject: str, body: str, form: str, variables: Mapping[str, str] | None) -> Content:
    """``form`` is text or html. Without ``variables`` subject and body are meant as they stand."""
    if variables is None:
        return _as_it_stands(subject, body, form)
    subject = render(subject, variables, html=False)
    body = render(body, variables, html=form == "html")
    return Content(one_line(subject), *_both(body, form))


@lru_cache(maxsize=20)
def _as_it_stands(subject: str, body: str, form: str) -> Content:
    """The same for everyone, so worked out once for a cohort."""
    return Content(one_line(subject), *_both(body, form))


def one_line(subject: str) -> str:
    """A subject fit for a header: one line, no control characters, not too long."""
    words = "".join(char if char.isprintable() else " " for char in subject).split()
    return " ".join(words)[:SUBJECT_LIMIT]


def _both(body: str, form: str) -> tuple[str, str]:
    if form == "text":
        return body, paragraphs(body)
    html = clean(body)
    return as_text(html), html
