"""Invite the students, or the guardians, that organizations have registered: any number of them at a time.

Only the organization that brought a student in says whom to invite: whoever takes the student up later could
otherwise name an address of its own, and read there what the student grants to whom.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.forgetting import redact_person
from chassis.ids import new_id
from chassis.outbox import publish
from chassis.wiring import use
from contracts.events.identity import InvitationCreated
from contracts.rights import NOBODY
from identity.queries import people
from identity.queries.charges import erased_students
from identity.rules.invitees import Invitee, Registered, invitees
from identity.settings import Settings

_INTRODUCE = text("""
insert into introductions (student_id, introduced_by)
select * from unnest(cast(:students as uuid[]), cast(:organizations as uuid[])) on conflict do nothing
""")
_INTRODUCED = text("select student_id, introduced_by from introductions where student_id = any(:students)")
_INVITE = text("""
insert into invitations (
    id, purpose, email, organization_id, student_id, state, expires_at, created_at, accepted_by, accepted_at
)
select id, purpose, email, organization_id, student_id,
    case when user_id is null then 'pending' else 'accepted' end, :expires_at, :at,
    user_id, case when user_id is null then null else cast(:at as timestamptz) end
from unnest(
    cast(:ids as uuid[]), cast(:purposes as text[]), cast(:emails as text[]), cast(:organizations as uuid[]),
    cast(:students as uuid[]), cast(:users as uuid[])
) as invitee (id, purpose, email, organization_id, student_id, user_id)
on conflict (student_id, purpose, email) where student_id is not null do update
    set state = excluded.state, expires_at = excluded.expires_at, organization_id = excluded.organization_id,
        accepted_by = excluded.accepted_by, accepted_at = excluded.accepted_at
    where invitations.state = 'replaced'
returning id, state, student_id, purpose, email
""")
# Who guards several students of an organization gets one mail for all of them: accepting one accepts them all.
_MAILED = text("""
select distinct organization_id, purpose, email from invitations
where email = any(:emails) and student_id is not null and state = 'pending' and created_at > :since
    and not (id = any(cast(:new as uuid[])))
""")
# What an organization has corrected is no longer invited, and a guardian it named by mistake no longer one. Only by
# its own rows: another's address is not its to take. A student's proved address stays theirs.
_TAKE_BACK = text("""
update invitations as open set state = 'replaced', token_hash = null, accepted_by = null, accepted_at = null
from unnest(
    cast(:students as uuid[]), cast(:organizations as uuid[]), cast(:purposes as text[]), cast(:emails as text[])
) as wanted (student_id, organization_id, purpose, email)
where (open.state = 'pending' or (open.state = 'accepted' and open.purpose = 'guardian'))
    and open.student_id = wanted.student_id
    and open.organization_id = wanted.organization_id
    and (open.purpose, open.email) is distinct from (wanted.purpose, wanted.email)
returning open.organization_id, open.purpose, open.email
""")
# The mail may have gone out for the invitation that was taken back; another of the same address is mailed instead.
_STILL_OPEN = text("""
select distinct on (organization_id, purpose, email) id, organization_id, purpose, email, expires_at
from invitations
where organization_id = any(:organizations) and email = any(:emails) and student_id is not null and state = 'pending'
order by organization_id, purpose, email, id
""")

_RUN = timedelta(days=1)
"""Invitations of one address within this time are of one run, and one mail."""


def invite_students(session: Session, events: Sequence[Registered]) -> None:
    """One invitation for each (student, purpose, address), ever, and one mail to an address for all of a run's.

    Whoever has proved the address needs none; for those a row that is accepted from the start links the account to the
    student. An address that was corrected is no longer invited, and is again when the correction is undone.
    """
    introduced = _introduced(session, events)
    redact_person(session, NOBODY, erased_students(session, [event.student_id for event in events]))
    latest = {(event.student_id, event.organization_id): event for event in events}
    latest = {key: event for key, event in latest.items() if key in introduced}
    today = now().date()
    found = {key: next(iter(invitees(event, today)), None) for key, event in latest.items()}
    names = {event.organization_id: event.organization_name for event in latest.values()}
    _take_back(session, found, names)
    _invite(session, [one for one in found.values() if one is not None])


def _introduced(session: Session, events: Sequence[Registered]) -> set[tuple[UUID, UUID]]:
    """Each of these students with the organization that was the first to tell of them, now or before."""
    first: dict[UUID, UUID] = {}
    for event in events:
        first.setdefault(event.student_id, event.organization_id)
    students = sorted(first)
    values = {"students": students, "organizations": [first[student] for student in students]}
    session.execute(_INTRODUCE, values)
    return {(row.student_id, row.introduced_by) for row in session.execute(_INTRODUCED, {"students": students})}


def _take_back(session: Session, found: dict[Any, Invitee | None], names: dict[UUID, str]) -> None:
    rows = session.execute(
        _TAKE_BACK,
        {
            "students": [student_id for student_id, _ in found],
            "organizations": [organization_id for _, organization_id in found],
            "purposes": [invitee.purpose if invitee else None for invitee in found.values()],
            "emails": [invitee.email if invitee else None for invitee in found.values()],
        },
    )
    taken = {(row.organization_id, row.purpose, row.email) for row in rows}
    if not taken:
        return
    whose = {"organizations": [key[0] for key in taken], "emails": [key[2] for key in taken]}
    left = [
        row for row in session.execute(_STILL_OPEN, whose) if (row.organization_id, row.purpose, row.email) in taken
    ]
    publish(
        session,
        *(
            InvitationCreated(
                invitation_id=row.id,
                organization_id=row.organization_id,
                organization_name=names[row.organization_id],
                email=row.email,
                purpose=row.purpose,
                expires_at=row.expires_at,
            )
            for row in left
        ),
    )


def _invite(session: Session, wanted: list[Invitee]) -> None:
    if not wanted:
        return
    at, expires_at = now(), now() + use(session, Settings).invitation_life
    verified = people.verified_among(session, [invitee.email for invitee in wanted])
    values = {
        "ids": [new_id() for _ in wanted],
        "purposes": [invitee.purpose for invitee in wanted],
        "emails": [invitee.email for invitee in wanted],
        "organizations": [invitee.organization_id for invitee in wanted],
        "students": [invitee.student_id for invitee in wanted],
        "users": [verified.get(invitee.email) for invitee in wanted],
        "at": at,
        "expires_at": expires_at,
    }
    told = {(invitee.student_id, invitee.purpose, invitee.email): invitee for invitee in wanted}
    pending = [row for row in session.execute(_INVITE, values) if row.state == "pending"]
    new = {row.id: told[row.student_id, row.purpose, row.email] for row in pending}
    mailed = _mailed(session, new, at)
    first: dict[tuple[UUID, str, str], UUID] = {}
    for invitation_id, invitee in new.items():
        first.setdefault(_whom(invitee), invitation_id)
    publish(session, *(_created(id, new[id], expires_at) for whom, id in first.items() if whom not in mailed))


def _whom(invitee: Invitee) -> tuple[UUID, str, str]:
    return invitee.organization_id, invitee.purpose, invitee.email


def _mailed(session: Session, new: dict[UUID, Invitee], at: datetime) -> set[tuple[UUID, str, str]]:
    """To whom the same organization has just sent a mail that is still to be answered."""
    if not new:
        return set()
    emails = [invitee.email for invitee in new.values()]
    rows = session.execute(_MAILED, {"emails": emails, "since": at - _RUN, "new": list(new)})
    return {(row.organization_id, row.purpose, row.email) for row in rows}


def _created(invitation_id: UUID, invitee: Invitee, expires_at: datetime) -> InvitationCreated:
    return InvitationCreated(
        invitation_id=invitation_id,
        organization_id=invitee.organization_id,
        organization_name=invitee.organization_name,
        email=invitee.email,
        purpose=invitee.purpose,
        expires_at=expires_at,
    )
