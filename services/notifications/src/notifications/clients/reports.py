"""A dashboard as its reader may see it at this moment: whom identity lets speak, and what analytics shows them."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from chassis.http_client import HttpClient, Unavailable

_MOST_BYTES = 10 * 1024 * 1024


class NotAllowed(Exception):
    """The person is no member any more, or may not see the dashboard any more. ``gone``: there is no such dashboard."""

    def __init__(self, *, gone: bool = False) -> None:
        self.gone = gone
        super().__init__()


@dataclass(frozen=True)
class Reader:
    """A member at this moment. ``token`` speaks for them to analytics alone, for a minute, and may only look.

    ``email`` is None until the member has proved to read it.
    """

    token: str
    email: str | None
    name: str


class Reports:
    """Asks identity who somebody still is, and analytics as that person: no right is remembered here."""

    def __init__(self, identity: HttpClient, analytics: HttpClient) -> None:
        self._identity, self._analytics = identity, analytics

    def reader(self, organization_id: UUID, user_id: UUID) -> Reader:
        """The member with their rights of now. Raises NotAllowed and Unavailable."""
        question = {"organization_id": str(organization_id), "user_id": str(user_id)}
        answer = self._identity.post("/internal/dashboard-readers", json=question, idempotent=True)
        if answer.status_code == 404:
            raise NotAllowed()
        if answer.status_code != 200:
            raise Unavailable()
        try:
            body = answer.json()
            return Reader(str(body["access_token"]), body["email"], str(body["name"]))
        except (ValueError, KeyError, TypeError):
            raise Unavailable() from None

    def pdf(self, reader: Reader, dashboard_id: str) -> bytes:
        """The dashboard with the consents of now. Raises NotAllowed and Unavailable."""
        path = f"/api/v1/analytics/dashboards/{quote(dashboard_id, safe=':')}/pdf/"
        answer = self._analytics.get(path, headers={"Authorization": f"Bearer {reader.token}"})
        if answer.status_code in (403, 404):
            raise NotAllowed(gone=answer.status_code == 404)
        if answer.status_code != 200 or not answer.content.startswith(b"%PDF-") or len(answer.content) > _MOST_BYTES:
            raise Unavailable()
        return answer.content
