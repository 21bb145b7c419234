"""A browser without a screen: opens a page, presses a button, follows where that leads."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

import requests

from star.client import Client
from star.errors import Stopped

_MOST_REDIRECTS = 10


@dataclass
class Form:
    """A form of a page: where it goes, what it holds, and its buttons by their words."""

    action: str
    method: str
    fields: dict[str, str] = field(default_factory=dict)
    buttons: dict[str, tuple[str, str]] = field(default_factory=dict)


@dataclass(frozen=True)
class Page:
    """What stands at an address. ``text`` is the HTML, empty when the address is not ours to open."""

    url: str
    text: str

    @property
    def forms(self) -> list[Form]:
        """The forms, in their order."""
        reader = _Reader()
        reader.feed(self.text)
        return reader.forms

    @property
    def buttons(self) -> list[str]:
        """The words on the buttons."""
        return [words for form in self.forms for words in form.buttons]


class Browser:
    """Goes where it is led within the site it was opened at; an address elsewhere is arrived at, not opened."""

    def __init__(self, client: Client) -> None:
        self._client = client

    def open(self, url: str) -> Page:
        """The page at an address, after all redirects."""
        return self._follow(url, urlsplit(url).netloc)

    def press(self, page: Page, words: str) -> Page:
        """Press the button that starts with these words, and go where its form leads. Raises Stopped."""
        for form in page.forms:
            for label, (name, value) in form.buttons.items():
                if label.startswith(words):
                    filled = {**form.fields, **({name: value} if name else {})}
                    return self._submit(page, form, filled)
        raise Stopped(f"The page at {page.url} has no button {words!r}, only {page.buttons}.")

    def _submit(self, page: Page, form: Form, filled: dict[str, str]) -> Page:
        url, site = urljoin(page.url, form.action), urlsplit(page.url).netloc
        if form.method.upper() == "POST":
            answer = self._client.send("POST", url, data=filled)
            return self._arrive(url, site, answer)
        return self._follow(f"{url}?{urlencode(filled)}", site)

    def _follow(self, url: str, site: str) -> Page:
        if urlsplit(url).netloc != site:
            return Page(url, "")
        return self._arrive(url, site, self._client.send("GET", url))

    def _arrive(self, url: str, site: str, answer: requests.Response) -> Page:
        for _ in range(_MOST_REDIRECTS):
            if not answer.is_redirect:
                return Page(url, answer.text)
            url = urljoin(url, answer.headers["Location"])
            if urlsplit(url).netloc != site:
                return Page(url, "")
            answer = self._client.send("GET", url)
        raise Stopped(f"{url} redirects without end.")


class _Reader(HTMLParser):
    """Collects forms, their hidden fields and their buttons."""

    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self._button: tuple[str, str] | None = None
        self._words = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "form":
            self.forms.append(Form(given.get("action", ""), given.get("method", "get")))
        elif tag == "input" and self.forms and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
        elif tag == "button":
            self._button, self._words = (given.get("name", ""), given.get("value", "")), ""

    def handle_data(self, data: str) -> None:
        if self._button is not None:
            self._words += data

    def handle_endtag(self, tag: str) -> None:
        if tag == "button" and self._button is not None and self.forms:
            self.forms[-1].buttons[self._words.strip()] = self._button
            self._button = None
