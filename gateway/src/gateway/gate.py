"""What both doors ask of a request before it may go on: that its path exists, how often, who, with whose leave."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, field

from prometheus_client import Counter

from chassis.auth import Caller
from chassis.errors import NotFound, Refusal, TooLarge, Unauthenticated
from gateway.api_keys import ApiKeys
from gateway.decision import Admit, Decision
from gateway.limits import Limits, Standing
from gateway.routes import GATEWAY, Consent, Match, match

DECISIONS = Counter("gateway_decisions", "Requests decided on: allowed, or the code of what refused them.", ["outcome"])
_NOTHING = nullcontext()
_ALLOWED = DECISIONS.labels("allowed")


@dataclass
class Asked:
    """A request at the door, and what became known of it on the way, whether it is let through or not.

    ``path`` is decoded once and is what a service will read; ``length`` is what Content-Length announces, in bytes.
    Within ``around`` others are asked for it. ``bearer`` is what a service reads instead of ``authorization``, which
    may be an API key.
    """

    method: str
    path: str
    authorization: str | None
    address: str
    length: int = 0
    around: Callable[[], AbstractContextManager[object]] = nullcontext
    bearer: str | None = None
    operation: str = "unmatched"
    caller: Caller | None = None
    standing: Standing = field(default_factory=dict)
    largest_body: int = 0


class Gate:
    """Lets a request through to a service, or raises its refusal. ``max_body`` is in bytes."""

    def __init__(self, decision: Decision, limits: Limits, keys: ApiKeys, max_body: int) -> None:
        self._decision = decision
        self._keys = keys
        self._limits = limits
        self._max_body = max_body

    def service_for(self, asked: Asked) -> str:
        """The name of the service that shall answer. Fills in what ``asked`` leaves open."""
        try:
            service = self._service_for(asked)
        except Refusal as refusal:
            DECISIONS.labels(refusal.code).inc()
            raise
        _ALLOWED.inc()
        return service

    def _service_for(self, asked: Asked) -> str:
        self._limits.check_sign_in(asked.method, asked.path, asked.address, asked.standing)
        found = match(asked.path)
        if found is None:
            raise NotFound()
        asked.operation = found.route.pattern
        if found.route.service == GATEWAY:
            return GATEWAY

        asked.bearer = self._keys.bearer_for(
            asked.authorization, lambda: self._limits.check_key(asked.address, asked.standing)
        )

        def admit(caller: Caller | None) -> None:
            asked.caller = caller
            self._limits.check_caller(caller, asked.address, asked.standing)

        with asked.around() if isinstance(found.route.access, Consent) else _NOTHING:
            self._decide(found, asked, admit)
        asked.largest_body = found.route.largest_body(self._max_body)
        if asked.length > asked.largest_body:
            raise TooLarge()
        return found.route.service

    def _decide(self, found: Match, asked: Asked, admit: Admit) -> None:
        try:
            self._decision.decide(found, asked.method, asked.path, asked.bearer, admit)
        except Unauthenticated:
            if asked.bearer != asked.authorization:
                self._keys.forget(asked.bearer or "")
            raise
