"""The hosted page at /sandbox/pay/{id}: where the payer pays, is declined, gives up, or lets the time run out."""

import hashlib
import hmac

from flask import Response, request, url_for
from sqlalchemy.orm import Session

from billing import pages
from billing.sandbox import sessions
from billing.sandbox.errors import NoSession, SessionClosed
from billing.sandbox.models import CANCELLED, SandboxSession
from billing.sandbox.settings import SandboxSettings
from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.money import Money
from chassis.resource import Resource
from chassis.wiring import use

OUTCOMES = ("pay", *sessions.REFUNDS, "decline", "cancel", "expire")
ONWARD = "'self' https: http://localhost:* http://127.0.0.1:*"
"""Where the form leads in the end: browsers hold its redirects to this too, and the shop may send the payer on."""

blp = Blueprint("sandbox_page", __name__, url_prefix="/sandbox/pay", description="The sandbox provider's page.")


@blp.route("/<session_id>")
class HostedPage(Resource):
    """The page. Each of its transactions ends before the answer is made."""

    @public
    def get(self, session_id: str) -> Response:
        """Show the amount and the choices."""
        return _page(self.session, session_id, declined="declined" in request.args)

    @public
    def post(self, session_id: str) -> Response:
        """Do what the payer chose, and send the payer on."""
        outcome, token = request.form.get("outcome", ""), request.form.get("token", "")
        foreign = request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none")
        if foreign or outcome not in OUTCOMES or not _is_ours(self.session, session_id, token):
            return _page(self.session, session_id, 400)
        try:
            found = sessions.act(self.session, session_id, outcome)
        except NoSession:
            return _page(self.session, session_id, 404)
        except SessionClosed:
            return _page(self.session, session_id, 409)
        return Response(status=303, headers={"Location": _next(found, outcome)})


def _next(found: SandboxSession, outcome: str) -> str:
    if outcome == "decline":
        return url_for("sandbox_page.HostedPage", session_id=found.id, declined="yes")
    return found.cancel_url if outcome in ("cancel", "expire") else found.return_url


def _token(session: Session, session_id: str) -> str:
    """Proof that a form was made by this page: without it another site's form would not be taken."""
    secret = use(session, SandboxSettings).webhook_secret.encode()
    return hmac.new(secret, f"form {session_id}".encode(), hashlib.sha256).hexdigest()


def _is_ours(session: Session, session_id: str, token: str) -> bool:
    return hmac.compare_digest(_token(session, session_id).encode(), token.encode())


def _page(session: Session, session_id: str, status: int = 200, *, declined: bool = False) -> Response:
    try:
        found = sessions.find_session(session, session_id)
    except NoSession:
        return pages.page("billing.sandbox", "no_session.html", 404)
    return pages.page(
        "billing.sandbox",
        "session.html",
        status,
        form_action=ONWARD,
        state=found.state,
        amount=Money(found.amount_minor, found.currency).format(),
        description=found.description,
        declined=declined,
        refused=status == 400,
        token=_token(session, session_id),
        action=f"/sandbox/pay/{session_id}",
        back=found.cancel_url if found.state == CANCELLED else found.return_url,
    )
