"""A report by mail is fetched as its reader, with what they may still look at, and with nothing else."""

from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import text

from chassis.auth import TokenVerifier
from chassis.errors import Unauthenticated
from chassis.ids import new_id
from chassis.testing import JWKS
from identity.clients.signer import Signer

URL = "/internal/dashboard-readers"


@pytest.fixture
def ask(client: Any, as_service: Any) -> Callable[..., Any]:
    """``ask(person)`` → what notifications is told of the reader."""

    def post(user: Any, organization: Any, *, service: str = "notifications") -> Any:
        body = {"user_id": str(user), "organization_id": str(organization)}
        return client.post(URL, json=body, headers=as_service(service))

    return post


def test_a_member_may_look_for_a_minute_at_analytics_only(app: Any, ask: Any, sign_up: Any, session: Any) -> None:
    amina = sign_up("amina@example.org", kind="sponsor")
    told = ask(amina.id, amina.organization["id"]).json
    assert (told["name"], told["email"]) == ("Amina", None), "an address that is not proved gets no report"
    session.execute(text("update users set email_verified_at = now()"))
    assert ask(amina.id, amina.organization["id"]).json["email"] == "amina@example.org"
    keys = {"keys": [*JWKS["keys"], *app.extensions["database"].provided[Signer].keys.jwks()["keys"]]}
    claims = TokenVerifier(lambda: keys, ("analytics",)).claims(told["access_token"])
    assert (claims["sub"], claims["org"]) == (amina.id, amina.organization["id"])
    assert claims["perms"] == ["dashboard.view"], "though she may do everything there"
    assert claims["exp"] - claims["iat"] == 60
    caller = TokenVerifier(lambda: keys, ("analytics",)).caller(told["access_token"])
    assert not caller.is_program
    with pytest.raises(Unauthenticated):
        TokenVerifier(lambda: keys, ("ufadhili", "programs")).claims(told["access_token"])


def test_who_is_no_member_or_may_not_look_is_nobody(ask: Any, sign_up: Any, session: Any) -> None:
    amina = sign_up("amina@example.org", kind="sponsor")
    stranger = sign_up("stranger@example.org", kind="sponsor")
    assert ask(stranger.id, amina.organization["id"]).status_code == 404
    assert ask(new_id(), amina.organization["id"]).status_code == 404
    assert ask(amina.id, new_id()).status_code == 404
    session.execute(text("delete from roles where user_id = cast(:user as uuid)"), {"user": amina.id})
    assert ask(amina.id, amina.organization["id"]).status_code == 404


def test_a_role_for_one_cohort_reads_that_cohort(app: Any, ask: Any, sign_up: Any, session: Any) -> None:
    amina, cohort = sign_up("amina@example.org", kind="sponsor"), UUID(int=7)
    session.execute(
        text("update roles set role = 'sponsor_staff', cohort_id = :cohort where user_id = cast(:user as uuid)"),
        {"user": amina.id, "cohort": cohort},
    )
    told = ask(amina.id, amina.organization["id"]).json
    caller = TokenVerifier(app.extensions["database"].provided[Signer].keys.jwks, ("analytics",)).caller(
        told["access_token"]
    )
    assert caller.reach("dashboard.view") == {cohort}
    assert not caller.may_anywhere("messages.send")


def test_only_notifications_may_ask(client: Any, ask: Any, sign_up: Any) -> None:
    amina = sign_up("amina@example.org", kind="sponsor")
    assert ask(amina.id, amina.organization["id"], service="analytics").status_code == 403
    body = {"user_id": amina.id, "organization_id": amina.organization["id"]}
    assert client.post(URL, json=body, headers=amina.headers).status_code == 403
    assert client.post(URL, json=body).status_code == 401
