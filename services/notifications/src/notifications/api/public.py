"""What links in mails lead to, without signing in: stopping such mails, and the picture that tells of opening."""

from base64 import b64decode

from flask import Response, make_response, render_template

from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from notifications.errors import NoSuchLink
from notifications.usecases.record_open import record_open
from notifications.usecases.unsubscribe import read_link, unsubscribe

blp = Blueprint("public", __name__, description="What links in mails lead to.")

_PICTURE = b64decode("R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7")
"""One transparent point."""

_PAGE = {"text/html": {"schema": {"type": "string"}}}


@blp.route("/unsubscribe/<string:token>")
class Unsubscribe(Resource):
    """The link below a mail, and the button mail readers show (RFC 8058)."""

    @public
    @blp.doc(responses={200: {"content": _PAGE}})
    @blp.response(200, content_type="text/html", schema={"type": "string"})
    def get(self, token: str) -> Response:
        """Ask whether such mails are to stop. Nothing stops by looking: machines follow links, too."""
        try:
            return _page("ask", category=read_link(self.session, token).category)
        except NoSuchLink:
            return _page("unknown", 404)

    @public
    @blp.doc(responses={200: {"content": _PAGE}})
    @blp.response(200, content_type="text/html", schema={"type": "string"})
    def post(self, token: str) -> Response:
        """Stop such mails, in one click (RFC 8058). Again changes nothing."""
        try:
            return _page("done", category=unsubscribe(self.session, token))
        except NoSuchLink:
            return _page("unknown", 404)


@blp.route("/o/<string:token>.gif")
class Opened(Resource):
    """The picture in mails of those who allow it."""

    @public
    @blp.response(200, content_type="image/gif", schema={"type": "string", "format": "binary"})
    def get(self, token: str) -> Response:
        """Note that a mail was opened, once. Whatever the token, the picture is the same."""
        record_open(self.session, token)
        return Response(_PICTURE, content_type="image/gif", headers={"Cache-Control": "no-store, private"})


def _page(state: str, status: int = 200, *, category: str = "") -> Response:
    """A page nobody may frame, keep, or learn the address of; its one form goes back to where it came from."""
    answer = make_response(render_template("unsubscribe.html", state=state, category=category), status)
    answer.headers["Content-Security-Policy"] = (
        "default-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["Cache-Control"] = "no-store"
    return answer
