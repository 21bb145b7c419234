"""A browser without scripts: opens a page, finds its forms, presses a button, follows where it leads."""

from html.parser import HTMLParser
from urllib.parse import urljoin

import requests


class _Forms(HTMLParser):
    """Each button of a page: its label, where its form goes, and what it sends."""

    def __init__(self) -> None:
        super().__init__()
        self.buttons: list[tuple[str, str, str, dict[str, str]]] = []
        self._form: tuple[str, str, dict[str, str]] | None = None
        self._button: dict[str, str] | None = None
        self._label = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = {name: value or "" for name, value in attrs}
        if tag == "form":
            self._form = (found.get("method", "get").upper(), found.get("action", ""), {})
        elif tag == "input" and self._form and found.get("name"):
            self._form[2][found["name"]] = found.get("value", "")
        elif tag == "button":
            self._button, self._label = found, ""

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._label += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None and self._form:
            method, action, fields = self._form
            extra = {self._button["name"]: self._button.get("value", "")} if self._button.get("name") else {}
            self.buttons.append((self._label.strip(), method, action, {**fields, **extra}))
            self._button = None
        elif tag == "form":
            self._form = None


class Browser:
    """One window."""

    def __init__(self) -> None:
        self._http = requests.Session()
        self.page = requests.Response()

    def open(self, url: str) -> "Browser":
        """Go to a page."""
        self.page = self._http.get(url, timeout=30)
        return self

    def press(self, label: str) -> "Browser":
        """Press the button whose label begins with this, and follow redirects within the system."""
        forms = _Forms()
        forms.feed(self.page.text)
        for text, method, action, fields in forms.buttons:
            if text.lower().startswith(label.lower()):
                url = urljoin(self.page.url, action)
                sent = {"data": fields} if method == "POST" else {"params": fields}
                self.page = self._follow(self._http.request(method, url, timeout=30, allow_redirects=False, **sent))
                return self
        labels = [text for text, *_ in forms.buttons]
        raise AssertionError(f"no button '{label}' on {self.page.url} ({self.page.status_code}), only {labels}")

    def _follow(self, answer: requests.Response) -> requests.Response:
        while answer.is_redirect:
            target = urljoin(answer.url, answer.headers["Location"])
            if "example.org" in target:
                break
            answer = self._http.get(target, timeout=30, allow_redirects=False)
        return answer
