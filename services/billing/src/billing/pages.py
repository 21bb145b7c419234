"""HTML we serve: no script at all, its own style only, nothing from anywhere else."""

import secrets
from functools import lru_cache
from typing import Any

from flask import Response
from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape


@lru_cache(maxsize=8)
def _templates(package: str) -> Environment:
    loader = PackageLoader(package, "templates")
    return Environment(loader=loader, autoescape=select_autoescape(), undefined=StrictUndefined, trim_blocks=True)


def html(package: str, template: str, **values: Any) -> str:
    """A template of ``package`` filled in."""
    return _templates(package).get_template(template).render(values)


def page(package: str, template: str, status: int = 200, *, form_action: str = "'self'", **values: Any) -> Response:
    """The page as an answer. ``form_action`` says where its form may lead, redirects included."""
    nonce = secrets.token_urlsafe(16)
    response = Response(html(package, template, nonce=nonce, **values), status, content_type="text/html; charset=utf-8")
    response.headers["Content-Security-Policy"] = (
        f"default-src 'none'; style-src 'nonce-{nonce}'; form-action {form_action}; "
        "base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Frame-Options"] = "DENY"
    response.headers["Cache-Control"] = "private, no-store"
    return response
