"""HTML that people write arrives as plain markup, with a plain-text twin."""

import pytest

from notifications.rules.content import compose, one_line
from notifications.rules.html import as_text, clean, inlined, paragraphs
from notifications.rules.notices import page


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("<script>alert(1)</script>Hi", "Hi"),
        ('<a href="javascript:alert(1)">x</a>', '<a rel="noopener">x</a>'),
        ('<p onclick="x()" style="position:fixed">x</p>', "<p>x</p>"),
        ('<img src="https://tracker.example/p.gif">x', "x"),
        ('<form action="/"><input name="password">x</form>', "x"),
        ("<svg><style><img src=x onerror=alert(1)></style></svg>x", "x"),
        (
            '<a href="https://x.example/?a=1&amp;b=2">x</a>',
            '<a href="https://x.example/?a=1&amp;b=2" rel="noopener">x</a>',
        ),
    ],
)
def test_only_plain_markup_remains(written: str, shown: str) -> None:
    assert clean(written) == shown


def test_the_text_twin_reads_well() -> None:
    html = "<h1>Hi</h1><p>One<br>two</p><ul><li>a</li><li>b</li></ul><p>See <a href='https://x.example/'>here</a>.</p>"
    assert as_text(html) == "Hi\n\nOne\ntwo\n\n- a\n- b\n\nSee here (https://x.example/)."


def test_text_becomes_paragraphs_and_nothing_else() -> None:
    assert paragraphs("One <b>\ntwo\r\n\r\nthree") == "<p>One &lt;b&gt;<br>two</p><p>three</p>"


def test_a_subject_is_one_line() -> None:
    assert one_line("  Hi\r\nBcc: x\t\x07 there ") == "Hi Bcc: x there"
    assert len(one_line("x" * 500)) == 200


def test_a_page_has_its_styles_inside_and_fetches_nothing() -> None:
    html = page(compose("Hi", "Hello", "text", None), "Tumaini & Co")
    assert "<style" not in html
    assert 'style="' in html
    assert "Tumaini &amp; Co, sent by Ufadhili" in html
    assert "x.example" not in inlined(
        '<html><head><link rel="stylesheet" href="https://x.example/a.css"></head></html>'
    )
