"""Somebody with an account, as their frontend would act for them."""

from collections.abc import Iterator
from typing import Any

import requests

from star.client import Client
from star.errors import Refused
from star.run import Run

_PAGE = 100


class Account:
    """Signs up or in, and stays signed in."""

    def __init__(self, client: Client, run: Run, email: str, name: str) -> None:
        self.client, self.run = client, run
        self.email, self.name = email, name
        self._token = ""

    def sign_up(self, organization: dict[str, str]) -> "Account":
        """Make the account with its organization; when this run has made it already, log in."""
        try:
            body = {**self._credentials(), "name": self.name, "organization": organization}
            self._token = self._open("/api/v1/auth/signup/", body)["tokens"]["access_token"]
        except Refused as refused:
            if refused.status != 409:
                raise
            self.log_in()
        return self

    def accept(self, invitation: str) -> "Account":
        """Make the account an invitation is for; when this run has accepted it already, log in."""
        path = f"/api/v1/auth/invitations/{invitation}/accept/"
        try:
            body = {"name": self.name, "password": self.run.password(self.email)}
            self._token = self._open(path, body)["tokens"]["access_token"]
        except Refused as refused:
            if refused.status not in (401, 404, 409, 410):
                raise
            self.log_in()
        return self

    def log_in(self) -> None:
        """A new session."""
        self._token = self._open("/api/v1/auth/login", self._credentials())["access_token"]

    def organization_id(self) -> str:
        """The organization the account speaks for."""
        return str(self.get("/api/v1/auth/me/")["organization"]["id"])

    def get(self, path: str, **query: Any) -> Any:
        """The JSON at a path."""
        return self._send("GET", path, params=query).json()

    def items(self, path: str, **query: Any) -> Iterator[Any]:
        """Every item of a list, page by page."""
        number = pages = 1
        while number <= pages:
            page = self.get(path, page=number, limit=_PAGE, **query)
            yield from page["items"]
            number, pages = number + 1, page["pages"]

    def post(self, path: str, body: dict[str, Any], *step: object) -> Any:
        """The JSON of what a POST answers. ``step`` tells it from every other of this account's."""
        return self._send("POST", path, key=self.run.key(*step), json=body).json()

    def upload(self, path: str, content: bytes, *step: object) -> Any:
        """The JSON of what a POST of a file answers."""
        files = {"file": ("upload.zip", content, "application/zip")}
        return self._send("POST", path, key=self.run.key(*step), files=files).json()

    def ask(self, path: str, body: dict[str, Any]) -> Any:
        """The JSON of a POST that only asks: it has no key, so that it is answered anew each time."""
        return self._send("POST", path, json=body).json()

    def download(self, path: str) -> bytes:
        """A file."""
        return self._send("GET", path).content

    def _credentials(self) -> dict[str, str]:
        return {"email": self.email, "password": self.run.password(self.email)}

    def _open(self, path: str, body: dict[str, Any]) -> Any:
        return self.client.send("POST", path, json=body).json()

    def _send(self, method: str, path: str, **options: Any) -> requests.Response:
        try:
            return self.client.send(method, path, token=self._token, **options)
        except Refused as refused:
            if refused.status != 401:
                raise
        self.log_in()  # the token is over: a long run, or one that was resumed
        return self.client.send(method, path, token=self._token, **options)
