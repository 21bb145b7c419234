"""A row on its way in."""

import hashlib
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

import msgspec

from programs.rules.batches import RowRefused
from programs.usecases.import_roster.run import IGNORED, UNCHANGED, Refused

_encoder = msgspec.json.Encoder(decimal_format="string", order="sorted")


def digest(facts: Any) -> bytes:
    """What tells whether these facts are the same again."""
    return hashlib.blake2b(_encoder.encode(facts), digest_size=16).digest()


@dataclass(eq=False)
class Told:
    """What a row says (``facts``), what its effect depends on besides (``resolved``), and what becomes of it.

    ``kept`` is what later rows will ask of it, ``before`` what was known by its id, ``gone`` whether it is to be
    deleted.
    """

    line: int
    sourced_id: str
    facts: dict[str, Any] = field(default_factory=dict)
    gone: bool = False
    resolved: dict[str, Any] = field(default_factory=dict)
    kept: dict[str, Any] = field(default_factory=dict)
    before: Any = None
    our_id: UUID | None = None
    outcome: str = UNCHANGED
    refusal: Refused | None = None
    own_print: bytes = b""

    @property
    def taken(self) -> bool:
        """Whether nothing speaks against it so far."""
        return self.refusal is None

    @property
    def fingerprint(self) -> bytes:
        """Of what the row says, and of what its effect depends on."""
        return (self.own_print or digest(self.facts)) + digest(self.resolved)

    @property
    def news(self) -> bool:
        """Whether it says anything that it, and what it depends on, did not say before."""
        return self.before is None or bytes(self.before.fingerprint) != self.fingerprint

    def refuse(self, column: str, reason: str) -> None:
        """It is not taken."""
        self.refusal = Refused(self.line, column, reason, self.sourced_id)

    def refuse_for(self, why: RowRefused, columns: dict[str, str]) -> None:
        """It is not taken, for a reason that names a field of our own: ``columns`` says which column that is."""
        name, message = why.reasons[0]["field"], why.reasons[0]["message"]
        self.refuse(columns.get(name, "sourcedId"), message)

    @property
    def ignored(self) -> bool:
        """Whether it says nothing here."""
        return self.outcome == IGNORED
