"""Addresses that several students of the files have: nobody's own, so they link an account to none of them.

That an address is shared is remembered by a hash of it, in the organization's ``roster_items``: else the next of the
siblings to come, or the first one whose row changes, would have it alone.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from programs.queries.people import verified
from programs.queries.roster_items import items, keep_items, owners
from programs.rules.addresses import normalized
from programs.rules.oneroster.prints import address_print
from programs.rules.rosters import Entry
from programs.usecases.import_roster.run import Run
from programs.usecases.import_roster.told import Told

KIND, STUDENT_KIND = "address", "user"
SHARED = "shared_address"
_MOST_LINES = 10


class SharedAddresses:
    """Those that rows of a batch share with one another, or were found to be shared before."""

    def __init__(self, session: Session, run: Run, rows: Sequence[Told]) -> None:
        times = Counter(email for one in rows if (email := address_of(one)))
        keys = {email: (KIND, address_print(run.organization_id, email)) for email in times}
        known = items(session, run.organization_id, set(keys.values()))
        self._shared = {email for email, count in times.items() if count > 1 or keys[email] in known}

    def mark(self, one: Told) -> None:
        """Note it on the row; one that is looked at again without its file was marked before."""
        if address_of(one) in self._shared or one.facts.get(SHARED):
            _mark(one)


def address_of(one: Told) -> str | None:
    """The address of the row, made comparable."""
    email = one.facts.get("email")
    return normalized(email) if email else None


def is_shared(one: Told) -> bool:
    """Whether the row's address is another student's, too."""
    return bool(one.resolved.get(SHARED))


def tell_apart(session: Session, run: Run, rows: Sequence[Told], found: Collection[Entry]) -> list[Entry]:
    """Mark the rows whose address another student of the files has already, and remember what is shared.

    Returns whoever had such an address and has it no longer: an address that an account has proved stays.
    """
    having = {entry.email: entry for entry in found if entry.email}
    known = owners(session, run.organization_id, STUDENT_KIND, [entry.student_id for entry in found])
    for one in rows:
        if _another_has(one, having, known):
            _mark(one)
    shared = {email for one in rows if is_shared(one) and (email := address_of(one))}
    _remember(session, run, sorted(shared))
    proved = verified(session, shared)
    bereft = [having[email] for email in sorted(shared - proved) if email in having]
    bereft = [entry for entry in bereft if known.get(entry.student_id) and entry.registered_by == run.organization_id]
    for entry in bereft:
        entry.lose_address()
    return bereft


def notice_of(rows: Sequence[Told]) -> str | None:
    """What to say of the rows that share an address."""
    lines = [str(one.line) for one in rows if is_shared(one)]
    if not lines:
        return None
    more = f" and {len(lines) - _MOST_LINES} more" if len(lines) > _MOST_LINES else ""
    return (
        f"users.csv, line {', '.join(lines[:_MOST_LINES])}{more}: another student has this address, too. Such students "
        "are in, without it: an address of several students links an account to none of them."
    )


def _mark(one: Told) -> None:
    """The row's effect depends on it, and so does that of rows that come later."""
    one.resolved[SHARED] = one.kept[SHARED] = True


def _another_has(one: Told, having: dict[str, Entry], known: dict[UUID, set[str]]) -> bool:
    entry = having.get(address_of(one) or "")
    return bool(entry and known.get(entry.student_id, set()) - {one.sourced_id})


def _remember(session: Session, run: Run, shared: Sequence[str]) -> None:
    own = {"organization_id": run.organization_id, "kind": KIND, "our_id": None, "seen_in": run.id}
    nothing = {"fingerprint": b"", "facts": {}, "line": 0, "outcome": ""}
    prints = [address_print(run.organization_id, email) for email in shared]
    keep_items(session, [{**own, **nothing, "sourced_id": one} for one in prints])
