"""Names files are saved under."""

import re
import unicodedata


def plain(words: str) -> str:
    """Letters, digits and dashes only: a file name any system takes and no header can be broken with."""
    ascii_only = unicodedata.normalize("NFKD", words).encode("ascii", "ignore").decode()
    return re.sub(r"[^a-z0-9]+", "-", ascii_only.lower()).strip("-")[:60] or "report"
