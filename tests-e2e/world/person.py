"""People who use the system through the gateway, as a frontend would."""

import re
from dataclasses import dataclass, field
from email.message import EmailMessage
from typing import Any
from uuid import uuid4
from weakref import WeakKeyDictionary

import requests

from world.system import System, eventually

PASSWORD = "a long enough passphrase 7"
_ADMINISTRATORS: WeakKeyDictionary[System, str] = WeakKeyDictionary()
"""System to the address of who administers it."""

INVITATION = re.compile(r"/invitations/([^/\s\"'<>]+)/accept")


def plain_text(mail: EmailMessage) -> str:
    """What a mail says."""
    return str(mail.get_body(("plain",)).get_content())  # type: ignore[union-attr]


@dataclass
class Person:
    """Somebody with an address and, once signed in, a token."""

    system: System
    email: str
    name: str = "Somebody"
    token: str = ""
    refresh_token: str = ""
    organization_id: str = ""
    user_id: str = ""
    http: requests.Session = field(default_factory=requests.Session)

    def call(self, method: str, path: str, *, status: int | None = None, **kwargs: Any) -> requests.Response:
        """One request; with ``status``, an AssertionError showing the answer when it is another."""
        headers = {"Authorization": f"Bearer {self.token}"} if self.token else {}
        headers |= kwargs.pop("headers", {})
        answer = self.http.request(
            method, self.system.url + path, headers=headers, timeout=60, allow_redirects=False, **kwargs
        )
        if status is not None:
            assert answer.status_code == status, f"{method} {path}: {answer.status_code} {answer.text[:600]}"
        return answer

    def get(self, path: str, **kwargs: Any) -> Any:
        """The JSON of a 200."""
        return self.call("GET", path, status=200, **kwargs).json()

    def post(self, path: str, body: Any = None, *, status: int = 201, **kwargs: Any) -> Any:
        """The JSON of what a POST answers."""
        return self.call("POST", path, status=status, json={} if body is None else body, **kwargs).json()

    def sign_up(self, organization: str | None = None, kind: str = "sponsor") -> "Person":
        """Make the account and, with a name, its organization."""
        body: dict[str, Any] = {"email": self.email, "password": PASSWORD, "name": self.name}
        if organization:
            body["organization"] = {"name": organization, "kind": kind}
        answer = self.post("/api/v1/auth/signup/", body)
        self._keep(answer["tokens"])
        self.user_id = answer["user"]["id"]
        self.organization_id = (answer["organization"] or {}).get("id", "")
        return self

    def sign_in(self) -> "Person":
        """With the address and password of an account there is already."""
        self._keep(self.post("/api/v1/auth/login/", {"email": self.email, "password": PASSWORD}, status=200))
        return self

    def accept_invitation(self, which: int = -1) -> "Person":
        """Follow the link of the invitation that came by mail, making the account on the way."""
        mails = eventually(lambda: self.system.mails(self.email), f"an invitation to {self.email}")
        token = INVITATION.search(plain_text(mails[which]))[1]  # type: ignore[index]
        body = {"name": self.name, "password": PASSWORD}
        answer = self.call("POST", f"/api/v1/auth/invitations/{token}/accept/", json=body)
        assert answer.status_code in (200, 201), answer.text
        self._keep(answer.json()["tokens"])
        self.user_id = self.get("/api/v1/auth/me/")["user"]["id"]
        return self

    def _keep(self, tokens: dict[str, str]) -> None:
        self.token, self.refresh_token = tokens["access_token"], tokens["refresh_token"]


class Town:
    """Makes people with addresses nobody else has."""

    def __init__(self, system: System) -> None:
        self.system = system

    def person(self, name: str = "Somebody") -> Person:
        """Somebody new, without an account."""
        return Person(self.system, f"{name.split(maxsplit=1)[0].lower()}.{uuid4().hex[:10]}@mail.example.org", name)

    def administrator(self) -> Person:
        """The administrator of the platform, made by command when first asked for, and signed in."""
        if self.system not in _ADMINISTRATORS:
            made = self.person("Platform Administrator")
            self.system.command("identity", "create-admin", "--email", made.email, said=f"{PASSWORD}\n")
            _ADMINISTRATORS[self.system] = made.email
        return Person(self.system, _ADMINISTRATORS[self.system], "Platform Administrator").sign_in()

    def admin(self, kind: str = "sponsor", name: str = "Amina Sponsor") -> Person:
        """The administrator of a new organization."""
        return self.person(name).sign_up(f"{kind.title()} {uuid4().hex[:6]}", kind)
