"""A browser without a screen: the demonstration's, holding the page it is on."""

from star.browser import Browser as Reader
from star.browser import Page
from star.client import Client


class Browser:
    """One window."""

    def __init__(self) -> None:
        self._reader = Reader(Client("http://localhost", patience=30))
        self.page = Page("", "")

    def open(self, url: str) -> "Browser":
        """Go to a page."""
        self.page = self._reader.open(url)
        return self

    def press(self, words: str) -> "Browser":
        """Press the button that starts with these words, and follow where it leads within the system."""
        self.page = self._reader.press(self.page, words)
        return self
