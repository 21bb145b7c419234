"""What a text message costs: how it is encoded and into how many parts it falls.

3GPP TS 23.038 (the GSM 7-bit alphabet and its extension table) and TS 23.040 (a part of several carries a header of
six bytes): 160 septets in one, 153 in each of several; 70 UTF-16 units in one, 67 in each of several.
"""

from typing import NamedTuple

_BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà"
)
_EXTENDED = frozenset("\f^{}\\[~]|€")

MOST_SEGMENTS = 6
"""Longer ones are refused: at six prices for one message it should have been a mail."""


class Size(NamedTuple):
    """``characters`` are what is counted: septets or UTF-16 units."""

    encoding: str
    characters: int
    segments: int


def size(text: str) -> Size:
    """How big the text is as an SMS. A character of two units is never cut in two."""
    if all(char in _BASIC or char in _EXTENDED for char in text):
        return _size("GSM-7", [2 if char in _EXTENDED else 1 for char in text], 160, 153)
    return _size("UCS-2", [2 if ord(char) > 0xFFFF else 1 for char in text], 70, 67)


def _size(encoding: str, units: list[int], alone: int, each: int) -> Size:
    total = sum(units)
    if total <= alone:
        return Size(encoding, total, 1 if total else 0)
    segments, room = 1, each
    for unit in units:
        if unit > room:
            segments, room = segments + 1, each
        room -= unit
    return Size(encoding, total, segments)
