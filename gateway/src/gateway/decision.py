"""(method, route, token) becomes allow with identity, or a refusal. Nothing here knows HTTP servers or proxies."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

from chassis.auth import Caller, TokenVerifier, bearer
from chassis.errors import Forbidden, Refusal, Unauthenticated
from gateway.revocations import Revocations
from gateway.routes import PUBLIC, Consent, Match, Role

AskPrivacy = Callable[[dict[str, Any]], dict[str, Any]]
Admit = Callable[[Caller | None], None]


class ConsentRequired(Forbidden):
    """No consent and no such student look the same from outside."""

    code, message = "consent_required", "This needs the student's consent."


class Decision:
    """Decides every request. ``ask_privacy`` posts one question to the privacy service and gives its answer."""

    def __init__(self, tokens: TokenVerifier, revocations: Revocations, ask_privacy: AskPrivacy) -> None:
        self._tokens = tokens
        self._revocations = revocations
        self._ask_privacy = ask_privacy

    def decide(self, found: Match, method: str, path: str, authorization: str | None, admit: Admit) -> Caller | None:
        """For whom the request may go on: None on a public route. Raises the refusal when it may not.

        ``admit`` may refuse who asks too often, before privacy is asked for them.
        """
        access = found.route.access
        anonymous = isinstance(access, Consent) and access.anonymous and not authorization
        caller = None if anonymous or access == PUBLIC else self._caller(authorization)
        admit(caller)
        if isinstance(access, Role):
            _require_role(access, caller)
        if isinstance(access, Consent):
            self._require_consent(access, method, found, path, caller)
        return caller

    def _caller(self, authorization: str | None) -> Caller:
        caller = self._tokens.caller(bearer(authorization))
        if caller.service or self._revocations.holds(caller.session_id):
            raise Unauthenticated("This session has ended.", error="invalid_token")
        return caller

    def _require_consent(self, access: Consent, method: str, found: Match, path: str, caller: Caller | None) -> None:
        if caller and caller.is_program:
            # Whom a student trusts is people: a key holds its permissions, and no more.
            raise ConsentRequired()
        try:
            student_id = str(UUID(found.values["student_id"]))
        except ValueError:
            raise ConsentRequired() from None
        question = {
            "user_id": _text(caller.user_id if caller else None),
            "organization_id": _text(caller.organization_id if caller else None),
            "organization_kind": caller.organization_kind if caller else None,
            "is_platform": bool(caller and caller.is_platform),
            "student_id": student_id,
            "scope": access.scope,
            "purpose": f"{method} {path}"[:200],
            # The service that answers asks again, and has the read logged: here nothing has been read yet.
            "log": False,
        }
        try:
            allowed = self._ask_privacy(question).get("allowed") is True
        except Refusal:
            # If privacy cannot be asked, the answer is no; the header tells operators why.
            raise ConsentRequired(headers={"X-Refusal": "privacy-unavailable", "Retry-After": "1"}) from None
        if not allowed:
            raise ConsentRequired()


def _require_role(access: Role, caller: Caller | None) -> None:
    if caller is None or not caller.may(access.name):
        raise Forbidden(f"Role '{access.name}' required")


def _text(value: UUID | None) -> str | None:
    return str(value) if value else None
