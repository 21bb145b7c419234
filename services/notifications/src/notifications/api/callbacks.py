"""What carriers tell us of mails and text messages on their way."""

from typing import Any

from flask import request

from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.errors import TooLarge
from chassis.resource import Resource
from notifications.clients.callbacks import check_address, check_signature
from notifications.errors import NotADeliveryReport
from notifications.rules.delivery_status import NotAReport, read_report
from notifications.schemas.callbacks import MAIL_EVENTS, MailEventIn, TextReportIn
from notifications.settings import Settings
from notifications.usecases.record_mail_report import record_mail_report
from notifications.usecases.record_text_report import record_text_report

blp = Blueprint(
    "callbacks", __name__, url_prefix="/api/v1/notifications/callbacks", description="What carriers tell us."
)

LARGEST_REPORT = 256 * 1024
"""Bytes of a bounce that are read: mail servers send back headers, or at most one of our mails without its files."""

_REPORT = {
    "required": True,
    "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
    "description": "A delivery status notification (RFC 3464) in UTF-8, signed as Standard Webhooks says.",
}
_EVENT = {
    "required": True,
    "description": "Signed as Standard Webhooks says: webhook-id, webhook-timestamp, webhook-signature.",
    "content": {
        "application/json": {
            "schema": {
                "type": "object",
                "required": ["type", "data"],
                "properties": {
                    "type": {"type": "string", "example": "message.bounced"},
                    "data": {
                        "type": "object",
                        "required": ["id"],
                        "properties": {
                            "id": {"type": "string", "format": "uuid"},
                            "bounce": {"type": "string", "enum": ["hard", "soft"]},
                        },
                    },
                },
            }
        }
    },
}


class _Callback(Resource):
    def check(self) -> None:
        """Before a word of it is read."""
        if (request.content_length or 0) > LARGEST_REPORT:
            raise TooLarge()
        check_signature(self.use(Settings).mail_callback_secret, request.get_data(), dict(request.headers))


@blp.route("/mail/")
class MailEvents(_Callback):
    """The mail provider's door."""

    @public
    @blp.response(204, description="Taken; do not send it again.")
    @blp.doc(requestBody=_EVENT)
    def post(self) -> None:
        """Take what became of a mail: arrived, bounced (hard or soft), called spam. Repeating changes nothing."""
        self.check()
        self._take()

    @blp.arguments(MailEventIn)
    def _take(self, event: dict[str, Any]) -> None:
        kind = event["data"]["bounce"] if event["type"] == "message.bounced" else None
        outcome = MAIL_EVENTS.get((event["type"], kind))
        if outcome is not None:
            record_mail_report(self.session, delivery_id=event["data"]["id"], outcome=outcome)


@blp.route("/bounce/")
class Bounces(_Callback):
    """The door of a mail server's bounce mailbox."""

    @public
    @blp.doc(requestBody=_REPORT)
    @blp.response(204, description="Taken; do not send it again.")
    def post(self) -> None:
        """Take a mail server's report of a mail it could not deliver. Repeating changes nothing."""
        self.check()
        try:
            report = read_report(request.get_data())
        except NotAReport as error:
            raise NotADeliveryReport(str(error)) from None
        record_mail_report(self.session, delivery_id=report.delivery_id, outcome=report.outcome)


@blp.route("/sms/<string:secret>/")
class TextReports(Resource):
    """Africa's Talking's door: it signs nothing, so the address is the secret."""

    @public
    @blp.arguments(TextReportIn, location="form")
    @blp.response(200)
    def post(self, report: dict[str, Any], secret: str) -> dict[str, str]:
        """Take a delivery report. Late, early, in any order or repeated, it changes nothing twice."""
        check_address(self.use(Settings).texts.callback_secret, secret)
        record_text_report(self.session, provider_id=report["id"], status=report["status"], reason=report["reason"])
        return {}
