"""HTML that people wrote, made harmless; and its plain-text twin."""

from functools import cache
from html import escape
from html.parser import HTMLParser

import css_inline
import nh3

_TAGS = {
    "a", "b", "blockquote", "br", "code", "em", "h1", "h2", "h3", "hr", "i", "li", "ol", "p", "pre", "s", "strong",
    "table", "tbody", "td", "th", "thead", "tr", "u", "ul",
}  # fmt: skip
_ENDS_A_LINE = {"p", "li", "tr", "h1", "h2", "h3", "ul", "ol", "blockquote", "pre", "table", "hr"}


def clean(html: str) -> str:
    """Only plain markup and links to the web or an address: no scripts, styles, forms, frames or remote images."""
    return nh3.clean(
        html, tags=_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https", "mailto"}, link_rel="noopener"
    )


def paragraphs(text: str) -> str:
    """Plain text as HTML: blank lines part paragraphs, line breaks stay."""
    parts = [part.strip("\n") for part in text.replace("\r\n", "\n").replace("\r", "\n").split("\n\n")]
    return "".join(f"<p>{escape(part).replace(chr(10), '<br>')}</p>" for part in parts if part.strip())


def inlined(page: str) -> str:
    """A whole page with its styles moved into the elements, as mail readers need it. Nothing is fetched."""
    return _inliner().inline(page)


def as_text(html: str) -> str:
    """The plain-text twin: a line per block, a link's address after its words."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    lines = [" ".join(line.split()) for line in "".join(reader.parts).split("\n")]
    text = "\n".join(lines)
    while "\n\n\n" in text:
        text = text.replace("\n\n\n", "\n\n")
    return text.strip()


@cache
def _inliner() -> css_inline.CSSInliner:
    return css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.parts: list[str] = []
        self._links: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "br":
            self.parts.append("\n")
        if tag == "li":
            self.parts.append("- ")
        if tag == "a":
            self._links.append(dict(attrs).get("href") or "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "a" and self._links and (link := self._links.pop()):
            self.parts.append(f" ({link})")
        if tag in _ENDS_A_LINE:
            self.parts.append("\n" if tag in ("li", "tr") else "\n\n")

    def handle_data(self, data: str) -> None:
        self.parts.append(data)
