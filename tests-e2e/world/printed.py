"""Holding all that a program printed against what it may print: what nobody expected is an error, too."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field

Check = Callable[[re.Match[str]], bool]


@dataclass
class Expected:
    """Patterns to be met one after another, and what each must satisfy besides."""

    parts: list[tuple[str, Check]] = field(default_factory=list)

    def say(self, pattern: str, check: Check = lambda _: True) -> None:
        """This comes next."""
        self.parts.append((re.sub(r"(?:\\? )+", r"\\s+", pattern), check))

    def exactly(self, words: str) -> None:
        """These words come next."""
        self.parts.append((r"\s+".join(re.escape(word) for word in words.split()), lambda _: True))


def meets(printed: str, expected: Expected) -> str | None:
    """None when everything that was printed was expected; else where it is not."""
    rest = printed.strip()
    for pattern, check in expected.parts:
        found = re.match(pattern, rest)
        if not found:
            return f"expected {pattern!r} at {rest[:300]!r}"
        if not check(found):
            return f"{found[0]!r} is not what the data say"
        rest = rest[found.end() :].lstrip()
    return f"nothing was expected at {rest[:300]!r}" if rest else None
