"""Identity under test: with signing keys of its own, and builders of people."""

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyotp
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from flask import Flask
from flask.testing import FlaskClient
from time_machine import TimeMachineFixture

from chassis.auth import AUDIENCE, TokenVerifier
from chassis.clock import now
from chassis.service import Service
from chassis.testing import JWKS, Committing
from identity.app import SERVICE
from identity.clients.signer import Signer

PASSWORD = "a long enough passphrase 7"


def write_key(folder: Path, name: str) -> Path:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    path = folder / f"{name}.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return path


@pytest.fixture
def new_key() -> Callable[[Path, str], Path]:
    """Write a signing key into a folder: ``new_key(folder, "2026-11")``."""
    return write_key


@pytest.fixture(scope="session", autouse=True)
def _environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    folder = tmp_path_factory.mktemp("signing-keys")
    write_key(folder, "first")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("SIGNING_KEYS_DIR", str(folder))
        patch.setenv("CLIENT_SECRETS", "billing:billing-secret,gateway:gateway:secret,notifications:n-secret")
        yield


@pytest.fixture
def service() -> Service:
    return SERVICE


def _verify_own_tokens(app: Flask) -> None:
    """Accept the tokens identity issues, beside those of the test plugin."""
    keys = app.extensions["database"].provided[Signer].keys
    app.extensions["tokens"] = TokenVerifier(
        lambda: {"keys": [*JWKS["keys"], *keys.jwks()["keys"]]}, (AUDIENCE, "identity")
    )


@pytest.fixture
def app(app: Flask) -> Flask:
    _verify_own_tokens(app)
    return app


@pytest.fixture
def committing(committing: Committing) -> Committing:
    _verify_own_tokens(committing.app)
    return committing


@pytest.fixture
def later(time_machine: TimeMachineFixture) -> Callable[[float], None]:
    """Let so many seconds pass."""

    def pass_by(seconds: float) -> None:
        time_machine.move_to(datetime.now(UTC) + timedelta(seconds=seconds))

    return pass_by


class Person:
    """Somebody who signed up, and what they hold."""

    def __init__(self, client: FlaskClient, answer: dict[str, Any], password: str) -> None:
        self.client = client
        self.id: str = answer["user"]["id"]
        self.email: str = answer["user"]["email"]
        self.password = password
        self.organization: dict[str, Any] | None = answer.get("organization")
        self.use(answer["tokens"])

    def use(self, tokens: dict[str, Any]) -> None:
        self.access_token: str = tokens["access_token"]
        self.refresh_token: str = tokens["refresh_token"]

    def refresh(self) -> None:
        """Exchange the refresh token."""
        answer = self.client.post("/api/v1/auth/refresh", json={"refresh_token": self.refresh_token})
        assert answer.status_code == 200, answer.json
        self.use(answer.json)

    @property
    def headers(self) -> dict[str, str]:
        return {"Authorization": f"Bearer {self.access_token}"}

    def get(self, path: str, **more: Any) -> Any:
        return self.client.get(f"/api/v1/auth{path}", headers=self.headers, **more)

    def post(self, path: str, **body: Any) -> Any:
        return self.client.post(f"/api/v1/auth{path}", headers=self.headers, json=body)

    def patch(self, path: str, **body: Any) -> Any:
        return self.client.patch(f"/api/v1/auth{path}", headers=self.headers, json=body)

    def delete(self, path: str) -> Any:
        return self.client.delete(f"/api/v1/auth{path}", headers=self.headers)

    def switch(self, organization_id: str | None) -> None:
        """Speak for another organization from now on."""
        answer = self.post("/switch/", organization_id=organization_id)
        assert answer.status_code == 200, answer.json
        self.use(answer.json)


@pytest.fixture
def sign_up(client: FlaskClient) -> Callable[..., Person]:
    """Sign somebody up: ``sign_up("amina@example.org", kind="sponsor")``; without a kind, no organization."""

    def build(email: str, kind: str | None = None, *, through: FlaskClient | None = None, **more: Any) -> Person:
        body: dict[str, Any] = {"email": email, "password": PASSWORD, "name": email.split("@", maxsplit=1)[0].title()}
        if kind:
            body["organization"] = {"name": more.pop("organization", f"{kind} of {email}"), "kind": kind}
        entry = through or client
        answer = entry.post("/api/v1/auth/signup/", json={**body, **more})
        assert answer.status_code == 201, answer.json
        return Person(entry, answer.json, body["password"])

    return build


@pytest.fixture
def link_token(client: FlaskClient, as_service: Callable[[str], dict[str, str]]) -> Callable[[str, str], str]:
    """The token in the link that would be mailed: ``link_token("invitation", id)``."""

    def ask(purpose: str, of: str) -> str:
        answer = client.post(
            "/internal/links", headers=as_service("notifications"), json={"purpose": purpose, "id": str(of)}
        )
        assert answer.status_code == 200, answer.json
        return answer.json["url"].rstrip("/").removesuffix("/accept").replace("=", "/").rsplit("/", 1)[1]

    return ask


@pytest.fixture
def verify(client: FlaskClient, link_token: Callable[[str, str], str]) -> Callable[[Person], Person]:
    """Have a person prove their address."""

    def prove(person: Person) -> Person:
        body = {"token": link_token("email_verification", person.id), "password": person.password}
        answer = client.post("/api/v1/auth/email/verify/", json=body)
        assert answer.status_code == 200, answer.json
        return person

    return prove


@pytest.fixture
def join(client: FlaskClient, link_token: Callable[[str, str], str]) -> Callable[..., Person]:
    """Have an administrator invite somebody new who accepts: ``join(amina, "baraka@example.org", "sponsor_staff")``."""

    def bring(admin: Person, email: str, role: str, cohort_id: str | None = None) -> Person:
        assert admin.organization is not None
        added = admin.post(f"/orgs/{admin.organization['id']}/members/", email=email, role=role, cohort_id=cohort_id)
        assert added.status_code == 201, added.json
        answer = client.post(
            f"/api/v1/auth/invitations/{link_token('invitation', added.json['invitation_id'])}/accept/",
            json={"name": email.split("@", maxsplit=1)[0].title(), "password": PASSWORD},
        )
        assert answer.status_code == 200, answer.json
        return Person(client, answer.json, PASSWORD)

    return bring


class App:
    """An authenticator app."""

    def __init__(self, secret: str) -> None:
        self.secret = secret
        self.recovery_codes: list[str] = []

    def code(self, steps: int = 0) -> str:
        return pyotp.TOTP(self.secret).at(now(), counter_offset=steps)


@pytest.fixture
def enrol(later: Callable[[float], None]) -> Callable[[Person], App]:
    """Have a person set up an authenticator app, whose first code is spent."""

    def begin(person: Person) -> App:
        begun = person.post("/totp/enrol/", password=person.password)
        assert begun.status_code == 201, begun.json
        app = App(begun.json["secret"])
        confirmed = person.post("/totp/confirm/", code=app.code())
        assert confirmed.status_code == 200, confirmed.json
        app.recovery_codes = confirmed.json["recovery_codes"]
        later(60)
        return app

    return begin


@pytest.fixture
def protected(
    sign_up: Callable[..., Person], verify: Callable[[Person], Person], enrol: Callable[[Person], App]
) -> Callable[..., tuple[Person, App]]:
    """Somebody with an authenticator app: ``amina, app = protected("amina@example.org")``."""

    def build(email: str, kind: str | None = None) -> tuple[Person, App]:
        person = verify(sign_up(email, kind))
        return person, enrol(person)

    return build
