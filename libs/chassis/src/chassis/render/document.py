"""HTML and CSS to PDF/UA. What is costly is kept: parsed style sheets, their fonts, WeasyPrint itself."""

import logging
from functools import lru_cache
from typing import Any, NamedTuple

from PIL import Image
from weasyprint import CSS, HTML
from weasyprint.text.fonts import FontConfiguration
from weasyprint.urls import URLFetcher

VARIANT = "pdf/ua-1"

_SAMPLE = '<html lang="en"><title>Warm</title><h1>Warm</h1><table><tr><th>A<td>1</table><svg><text>1</text></svg>'


class Unfit(ValueError):
    """The page cannot become an accessible document; the text says what it lacks."""


class _Sheet(NamedTuple):
    css: Any
    fonts: Any


def to_pdf(html: str, css: str) -> bytes:
    """The page as a tagged PDF/UA-1 document. Only ``data:`` URLs are followed. Raises ``Unfit``."""
    sheet = _sheet(css)
    page = HTML(string=html, url_fetcher=_closed())
    _require_language_and_title(page)
    pdf: bytes = page.write_pdf(font_config=sheet.fonts, stylesheets=[sheet.css], pdf_variant=VARIANT)
    return pdf


def warm() -> None:
    """Load fonts and fill caches by making a small document."""
    # WeasyPrint's messages quote the document, and a document holds people's data.
    logging.getLogger("weasyprint").setLevel(logging.CRITICAL)
    # A small file can unpack to gigabytes of pixels; twice this is refused.
    Image.MAX_IMAGE_PIXELS = 20_000_000
    to_pdf(_SAMPLE, "")


def forget() -> None:
    """Drop what is kept, after a document was broken off and may have left it half done."""
    _sheet.cache_clear()


@lru_cache(maxsize=16)
def _sheet(css: str) -> _Sheet:
    fonts = FontConfiguration()
    return _Sheet(CSS(string=css, font_config=fonts, url_fetcher=_closed()), fonts)


@lru_cache(maxsize=1)
def _closed() -> Any:
    """A fetcher that reads what the page carries in itself and nothing else: no file, no network."""
    return URLFetcher(allowed_protocols=("data",), allow_redirects=False)


def _require_language_and_title(page: Any) -> None:
    root = page.etree_element
    if not (root.get("lang") or "").strip():
        raise Unfit("the page names no language: <html lang=…>")
    if not (root.findtext("head/title") or "").strip():
        raise Unfit("the page has no <title>")
