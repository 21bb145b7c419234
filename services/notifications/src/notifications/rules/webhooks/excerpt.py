"""What an organization is shown of its receiver's answer, to find out why it was refused."""

import re

LENGTH = 300
_SHOWN = re.compile(r"(text/plain|application/([a-z0-9.+-]+\+)?json)\s*(;|$)", re.IGNORECASE)
_TELLING = re.compile(
    r"passw|secret|token|bearer|authori[sz]|api.?key|cookie|session|credential|private|signature|whsec_|eyJ|-----BEGIN",
    re.IGNORECASE,
)
_OPAQUE = re.compile(r"[A-Za-z0-9+/_=-]{24,}")
"""Long words without a meaning to read: keys and hashes (and ids, which nobody misses)."""


def excerpt(content_type: str | None, body: bytes) -> str | None:
    """The beginning of a plain or JSON answer on one line; None for any other, and where it could hold a secret."""
    if not _SHOWN.match(content_type or ""):
        return None
    text = body.decode("utf-8", "replace")
    if _TELLING.search(text) or _OPAQUE.search(text):
        return None
    words = "".join(char if char.isprintable() else " " for char in text).split()
    return " ".join(words)[:LENGTH] or None
