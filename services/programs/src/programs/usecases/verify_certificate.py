"""Verify a certificate by its number."""

from typing import Any

from sqlalchemy.orm import Session

from chassis.wiring import use
from contracts.consent import PUBLIC_PORTFOLIO
from contracts.decisions import Viewer
from programs.clients.privacy import Privacy
from programs.errors import ConsentRequired, NoSuchCertificate
from programs.queries.achievements import certificate_by_number
from programs.queries.students import name_of


def verify_certificate(session: Session, number: str) -> dict[str, Any]:
    """What was certified, by whom and when. Raises NoSuchCertificate.

    Whose it is, is told only while the student's portfolio is public; the read is then in their access log.
    """
    found = certificate_by_number(session, number.strip().upper())
    if found is None:
        raise NoSuchCertificate()
    try:
        use(session, Privacy).require(
            Viewer(), found["student_id"], scope=PUBLIC_PORTFOLIO, purpose="verification of a certificate"
        )
    except ConsentRequired:
        return {**found, "holder": None}
    return {**found, "holder": name_of(session, found["student_id"])}
