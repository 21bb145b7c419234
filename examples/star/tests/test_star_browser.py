"""The browser without a screen finds forms and buttons as a person would."""

from typing import Any

import pytest

from star.browser import Browser, Page
from star.errors import Stopped

PAY = """
<form method="post" action="/pay/1"><button type="submit">Pay KES 20,000</button></form>
<p><a href="/back">Go back</a></p>
"""
HOSTED = """
<form method="post" action="/hosted/s1">
<input type="hidden" name="token" value="a&amp;b">
<button type="submit" name="outcome" value="pay">Pay</button>
<button type="submit" name="outcome" value="decline">Decline</button>
</form>
"""
SITE = "http://shop.test"


class Answer:
    def __init__(self, text: str = "", location: str = "") -> None:
        self.text, self.headers = text, {"Location": location}
        self.is_redirect = bool(location)


class Shop:
    """Answers like a client would, from prepared pages."""

    def __init__(self, pages: dict[tuple[str, str], Answer]) -> None:
        self.pages = pages
        self.sent: list[tuple[str, str, Any]] = []

    def send(self, method: str, path: str, **options: Any) -> Answer:
        self.sent.append((method, path, options.get("data")))
        return self.pages[method, path]


def browser(shop: Shop) -> Browser:
    return Browser(shop)  # type: ignore[arg-type]


def test_paying_leads_to_the_providers_page_and_back_to_the_shops_site() -> None:
    shop = Shop(
        {
            ("GET", f"{SITE}/pay/1"): Answer(PAY),
            ("POST", f"{SITE}/pay/1"): Answer(location=f"{SITE}/hosted/s1"),
            ("GET", f"{SITE}/hosted/s1"): Answer(HOSTED),
            ("POST", f"{SITE}/hosted/s1"): Answer(location="/pay/1/return"),
            ("GET", f"{SITE}/pay/1/return"): Answer(location="https://sponsor.test/paid"),
        }
    )
    visitor = browser(shop)
    provider = visitor.press(visitor.open(f"{SITE}/pay/1"), "Pay")
    assert provider.buttons == ["Pay", "Decline"]
    end = visitor.press(provider, "Pay")
    assert end == Page("https://sponsor.test/paid", "")
    assert ("POST", f"{SITE}/hosted/s1", {"token": "a&b", "outcome": "pay"}) in shop.sent
    assert not any("sponsor.test" in url for _, url, _ in shop.sent)


def test_a_missing_button_is_named_with_those_there_are() -> None:
    page = Page(f"{SITE}/hosted/s1", HOSTED)
    with pytest.raises(Stopped, match=r"no button 'Buy', only \['Pay', 'Decline'\]"):
        browser(Shop({})).press(page, "Buy")


def test_redirects_without_end_are_left() -> None:
    shop = Shop({("GET", f"{SITE}/a"): Answer(location=f"{SITE}/a")})
    with pytest.raises(Stopped, match="without end"):
        browser(shop).open(f"{SITE}/a")
