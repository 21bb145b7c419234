"""A refusal is a class with a code, a status and a message; it is rendered in one place, in the family's shape."""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

FieldErrors = Sequence[Mapping[str, Any]]


class Refusal(Exception):
    """Base of everything a service declines to do.

    ``errors`` lists what is wrong field by field (``{"field": "seats", "message": "…"}``), ``details`` carries
    facts a client may act on, ``headers`` goes on the answer. None of them may hold a secret or another
    organization's data.
    """

    code: ClassVar[str] = "refused"
    status: ClassVar[int] = 400
    message: ClassVar[str] = "The request was refused."

    def __init__(
        self,
        message: str | None = None,
        *,
        errors: FieldErrors | None = None,
        details: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        self.text = message or self.message
        self.errors = list(errors or [])
        self.details = dict(details or {})
        self.headers = dict(headers or {})
        super().__init__(self.text)


class Malformed(Refusal):
    """The request cannot be read at all."""

    code, status, message = "malformed", 400, "The request could not be read."


class Unauthenticated(Refusal):
    """No token, or one that does not hold."""

    code, status, message = "unauthenticated", 401, "A valid access token is needed."

    def __init__(self, message: str | None = None, *, error: str | None = None) -> None:
        challenge = 'Bearer realm="ufadhili"' + (f', error="{error}"' if error else "")
        super().__init__(message, headers={"WWW-Authenticate": challenge})


class Forbidden(Refusal):
    """Signed in, but not allowed."""

    code, status, message = "forbidden", 403, "You are not allowed to do this."


class NotFound(Refusal):
    """Absent, or another organization's: the two look the same from outside."""

    code, status, message = "not_found", 404, "There is no such thing here."


class Conflict(Refusal):
    """The request is fine but the state of things does not allow it."""

    code, status, message = "conflict", 409, "The current state does not allow this."


class Invalid(Refusal):
    """Readable input that breaks the schema or a rule on input."""

    code, status, message = "invalid", 422, "Some of the input is not valid."

    @classmethod
    def field(cls, field: str, message: str) -> "Invalid":
        """The refusal of one field."""
        return cls(errors=[{"field": field, "message": message}])


class TooLarge(Refusal):
    """The body is larger than this operation takes."""

    code, status, message = "too_large", 413, "The request body is too large."


class UnsupportedMediaType(Refusal):
    """The body is of a type this operation does not read."""

    code, status, message = "unsupported_media_type", 415, "Send the body as application/json."


class Busy(Refusal):
    """Come back in ``retry_after`` seconds."""

    code, status, message = "busy", 503, "The service is busy; try again shortly."

    def __init__(self, message: str | None = None, *, retry_after: int = 1) -> None:
        super().__init__(message, headers={"Retry-After": str(retry_after)})
