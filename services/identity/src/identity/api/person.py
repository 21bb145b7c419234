"""The view of those who are signed in: their session must still live, not only their token."""

from uuid import UUID

from flask import Response, request

from chassis.errors import Unauthenticated
from chassis.resource import Resource
from identity.queries.sessions import check_live


class PersonResource(Resource):
    """Base of every view for people.

    Elsewhere the gateway turns ended sessions away; here, where rights are made, we ask ourselves.
    """

    def _answer(self, path: dict[str, object]) -> Response:
        check_live(self.session, self.caller)
        return super()._answer(path)

    @property
    def user_id(self) -> UUID:
        """Who asks."""
        if self.caller.user_id is None:
            raise Unauthenticated()
        return self.caller.user_id


def device() -> str | None:
    """What the client calls itself."""
    return request.user_agent.string or None
