"""The pages behind the links in mails: one form each, no script or style but their own."""

import secrets
from typing import Any

from flask import Response, make_response, render_template, request


def wants_page() -> bool:
    """Whether a browser asks, rather than a program."""
    return request.accept_mimetypes.best_match(("application/json", "text/html")) == "text/html"


def page(template: str, status: int = 200, **shown: Any) -> Response:
    """A page nobody may frame, keep, or learn the address of."""
    nonce = secrets.token_urlsafe(16)
    answer = make_response(render_template(template, nonce=nonce, **shown), status)
    answer.headers["Content-Security-Policy"] = (
        f"default-src 'none'; script-src 'nonce-{nonce}'; style-src 'nonce-{nonce}'; connect-src 'self'; "
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Vary"] = "Accept"
    return answer
