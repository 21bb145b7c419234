"""How long one decision takes, without anybody to ask it over a network."""

import timeit
from collections.abc import Callable

from chassis.auth import AUDIENCE, Caller, TokenVerifier
from chassis.ids import new_id
from chassis.testing import JWKS, token
from gateway.decision import Decision
from gateway.revocations import Revocations
from gateway.routes import match

PATH = "/api/v1/programs/cohorts/"
KNOWN, NEW, ROUNDS = 20_000, 200, 7


def decision() -> dict[str, float]:
    """Microseconds: with a token that was seen before, and with one that was not. No consent is asked for."""
    decide = Decision(
        TokenVerifier(lambda: JWKS, (AUDIENCE,)), Revocations(lambda _: {"revoked": [], "cursor": ""}), lambda _: {}
    ).decide

    def once(authorization: str) -> None:
        found = match(PATH)
        assert found
        decide(found, "GET", PATH, authorization, _admit)

    known = _bearer()
    once(known)
    fresh = iter([_bearer() for _ in range(NEW * ROUNDS)])
    return {
        "known_token_us": _least(lambda: once(known), KNOWN),
        "new_token_us": _least(lambda: once(next(fresh)), NEW),
    }


def _bearer() -> str:
    return f"Bearer {token(sub=str(new_id()), org=str(new_id()), sid=str(new_id()), perms=['programs.read'])}"


def _admit(_: Caller | None) -> None:
    """Everybody."""


def _least(call: Callable[[], None], times: int) -> float:
    return round(min(timeit.repeat(call, number=times, repeat=ROUNDS)) / times * 1e6, 1)
