"""A copy of somebody's data as a page to print."""

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined

MOST = 50
"""Entries of a section that the page shows; the files hold them all."""

_TITLES = {
    "identity": "Your account",
    "programs": "Learning",
    "billing": "Money",
    "analytics": "Figures",
    "notifications": "Messages",
    "privacy": "Who may see what, and who looked",
}


def page(parts: Sequence[Mapping[str, Any]], **facts: str) -> tuple[str, str]:
    """HTML and CSS of the parts; ``facts`` are made_at, request_id and law."""
    html = _environment().get_template("copy.html")
    return html.render(parts=parts, titles=_TITLES, most=MOST, **facts), _css()


@cache
def _css() -> str:
    return _environment().get_template("copy.css").render()


@cache
def _environment() -> Environment:
    loader = PackageLoader("privacy", "templates")
    return Environment(loader=loader, autoescape=True, undefined=StrictUndefined, trim_blocks=True)
