"""How long what must stay provable is kept, and by what right: periods as data, each with its source.

A period runs from the moment in ``since``: 36 months, by the ``source``, unless the operator's law asks for another
(PROOF_MONTHS).
"""

from typing import NamedTuple


class Period(NamedTuple):
    """``what`` is kept, ``since`` when its time runs, ``why`` at all, and the ``source`` of how long."""

    what: str
    since: str
    why: str
    source: str


_CLAIMS = (
    "Kenya, Limitation of Actions Act (Cap. 22), section 4(2): three years to claim for a wrong; "
    "Germany, BGB, sections 195 and 199: three years"
)

PROOFS = (
    Period(
        "access log, by id",
        "each look",
        "who looked at personal data must stay provable (GDPR article 5(2))",
        _CLAIMS,
    ),
    Period(
        "history of consents, by id",
        "the end of the consent",
        "proof that consent was given or withdrawn (GDPR article 7(1))",
        _CLAIMS,
    ),
    Period(
        "this request, by id",
        "its answer",
        "proof that it was answered (GDPR article 5(2))",
        _CLAIMS,
    ),
)


def kept(months: int) -> tuple[tuple[str, str, str], ...]:
    """What, why, and until when, for the person it is about."""
    return tuple((each.what, each.why, f"{months} months after {each.since}") for each in PROOFS)
