"""What is known by the ids of an organization's files."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import Row, delete, func, select, text, tuple_, update
from sqlalchemy.orm import Session

from programs.models import ImportProblem, RosterGuardian
from programs.models import RosterItem as Item
from programs.queries.bulk import among, insert_many

_REPLACE = "on conflict (organization_id, kind, sourced_id) do update set " + ", ".join(
    f"{name} = excluded.{name}" for name in ("our_id", "fingerprint", "facts", "seen_in", "line", "outcome")
)
# One look-up an id: a database that does not know yet how many items there are would read them all instead.
_FIND = text("""
select item.kind, item.sourced_id, item.our_id, item.fingerprint, item.facts, item.seen_in, item.line
from unnest(cast(:ids as text[])) as wanted (id) cross join lateral (
    select * from roster_items
    where organization_id = :organization_id and kind = :kind and sourced_id = wanted.id limit 1
) as item
""")
_OWNERS = text("""
select item.kind, item.our_id, item.sourced_id from unnest(cast(:ids as uuid[])) as wanted (id) cross join lateral (
    select * from roster_items where organization_id = :organization_id and our_id = wanted.id limit 100
) as item
""")
_SCHOOLS = text("""
with recursive up (start, sourced_id, depth) as (
    select id, id, 0 from unnest(cast(:ids as text[])) as given (id)
    union all
    select up.start, item.facts ->> 'parent', up.depth + 1
    from up join roster_items item
        on item.organization_id = :organization_id and item.kind = 'org' and item.sourced_id = up.sourced_id
    where item.facts ->> 'parent' is not null and item.facts ->> 'type' <> 'school' and up.depth < 10
)
select distinct on (up.start) up.start, item.facts ->> 'name' as name, item.facts ->> 'type' as type
from up join roster_items item
    on item.organization_id = :organization_id and item.kind = 'org' and item.sourced_id = up.sourced_id
order by up.start, item.facts ->> 'type' <> 'school', up.depth
""")
_ORPHANS = text("""
select item.sourced_id, item.line, item.outcome, item.named
from (
    select *, case when :other = :kind then facts ->> 'parent' else sourced_id end as named from roster_items
    where organization_id = :organization_id and kind = :kind and seen_in = :import_id
) as item left join lateral (
    select true as known from roster_items
    where organization_id = :organization_id and kind = :other and sourced_id = item.named limit 1
) as parent on true
where item.named is not null and parent.known is null
order by item.line limit :most
""")

Refs = Mapping[tuple[str, str], Row[Any]]
_COLUMNS = (Item.kind, Item.sourced_id, Item.our_id, Item.fingerprint, Item.facts, Item.seen_in, Item.line)


def items(session: Session, organization_id: UUID, wanted: Collection[tuple[str, str]]) -> Refs:
    """What is known by these (kind, id)."""
    found: dict[tuple[str, str], Row[Any]] = {}
    for kind in sorted({kind for kind, _ in wanted}):
        ids = [sourced_id for known, sourced_id in wanted if known == kind]
        values = {"organization_id": organization_id, "kind": kind, "ids": ids}
        found |= {(row.kind, row.sourced_id): row for row in session.execute(_FIND, values)}
    return found


def items_after(
    session: Session, organization_id: UUID, kind: str, after: str, *, unseen_in: UUID, most: int
) -> Sequence[Row[Any]]:
    """The next items of a kind in the order of their ids, but for those that this import has read."""
    own = (Item.organization_id == organization_id, Item.kind == kind, Item.sourced_id > after)
    statement = select(*_COLUMNS).where(*own, Item.seen_in != unseen_in)
    return session.execute(statement.order_by(Item.sourced_id).limit(most)).all()


def absent_items(session: Session, organization_id: UUID, kind: str, after: str, *, import_id: UUID, most: int) -> Any:
    """The next items of a kind that the bulk file of this import does not list."""
    statement = select(*_COLUMNS).where(*_absent(organization_id, kind, import_id), Item.sourced_id > after)
    return session.execute(statement.order_by(Item.sourced_id).limit(most)).all()


def count_absent(session: Session, organization_id: UUID, kind: str, import_id: UUID) -> tuple[int, int]:
    """How many items of a kind the bulk file of this import does not list, and how many there are."""
    absent = select(func.count()).where(*_absent(organization_id, kind, import_id))
    every = select(func.count()).where(Item.organization_id == organization_id, Item.kind == kind, *_OF[kind])
    return session.scalar(absent) or 0, session.scalar(every) or 0


_OF: Mapping[str, tuple[Any, ...]] = {"user": (Item.our_id.is_not(None),), "enrollment": ()}


def _absent(organization_id: UUID, kind: str, import_id: UUID) -> tuple[Any, ...]:
    unlisted = Item.listed_in.is_distinct_from(import_id)
    return (Item.organization_id == organization_id, Item.kind == kind, unlisted, *_OF[kind])


def list_items(session: Session, organization_id: UUID, kind: str, ids: Collection[str], import_id: UUID) -> None:
    """Note that this import's bulk file has these."""
    own = (Item.organization_id == organization_id, Item.kind == kind, among(Item.sourced_id, ids))
    session.execute(update(Item).where(*own).values(listed_in=import_id).execution_options(synchronize_session=False))


def keep_items(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write down what was told; rows are of all columns but ``listed_in``, the fingerprint as bytes."""
    written = [{**row, "fingerprint": f"\\x{row['fingerprint'].hex()}"} for row in rows]
    insert_many(session, Item, written, _REPLACE)


def forget_items(session: Session, organization_id: UUID, kind: str, ids: Collection[str]) -> None:
    """What was known by these ids is known no longer."""
    if ids:
        own = (Item.organization_id == organization_id, Item.kind == kind, among(Item.sourced_id, ids))
        session.execute(delete(Item).where(*own).execution_options(synchronize_session=False))


def silence(session: Session, organization_id: UUID, kind: str, ids: Collection[str]) -> None:
    """What these have told is known no longer, though they are."""
    own = (Item.organization_id == organization_id, Item.kind == kind, among(Item.sourced_id, ids))
    session.execute(update(Item).where(*own).values(facts={"role": ""}).execution_options(synchronize_session=False))


def owners(session: Session, organization_id: UUID, kind: str, our_ids: Collection[UUID]) -> dict[UUID, set[str]]:
    """By which ids each of ours is known."""
    found: dict[UUID, set[str]] = {}
    for row in session.execute(_OWNERS, {"organization_id": organization_id, "ids": list(our_ids)}):
        if row.kind == kind:
            found.setdefault(row.our_id, set()).add(row.sourced_id)
    return found


def orphans(
    session: Session, organization_id: UUID, kind: str, other: str, *, import_id: UUID, most: int
) -> Sequence[Row[Any]]:
    """Items of this import whose parent (or, of another kind, whose namesake) is not known."""
    values = {"organization_id": organization_id, "kind": kind, "other": other, "import_id": import_id, "most": most}
    return session.execute(_ORPHANS, values).all()


def schools(session: Session, organization_id: UUID, ids: Collection[str]) -> dict[str, tuple[str, str]]:
    """Name and type of the school that each org is or belongs to; of the org itself when there is none."""
    found = session.execute(_SCHOOLS, {"organization_id": organization_id, "ids": sorted(ids)})
    return {row.start: (row.name, row.type) for row in found}


def guardians_of(session: Session, organization_id: UUID, students: Collection[str]) -> dict[str, list[str]]:
    """The guardians whose rows name each student, in the order of their ids."""
    own = (RosterGuardian.organization_id == organization_id, among(RosterGuardian.student, students))
    statement = select(RosterGuardian.student, RosterGuardian.guardian).where(*own)
    found: dict[str, list[str]] = {}
    for row in session.execute(statement.order_by(RosterGuardian.guardian)):
        found.setdefault(row.student, []).append(row.guardian)
    return found


def name_students(session: Session, organization_id: UUID, named: Mapping[str, Iterable[str]]) -> None:
    """These guardians' rows name these students, and no others."""
    own = (RosterGuardian.organization_id == organization_id, among(RosterGuardian.guardian, list(named)))
    session.execute(delete(RosterGuardian).where(*own).execution_options(synchronize_session=False))
    rows = [
        {"organization_id": organization_id, "student": student, "guardian": guardian}
        for guardian, students in named.items()
        for student in students
    ]
    insert_many(session, RosterGuardian, rows)


def refused_at(
    session: Session, organization_id: UUID, import_id: UUID, named: Collection[tuple[str, str]]
) -> dict[tuple[str, str], int]:
    """The line on which this import refused each of these (file, id), of those it did refuse."""
    if not named:
        return {}
    own = (ImportProblem.organization_id == organization_id, ImportProblem.import_id == import_id)
    which = tuple_(ImportProblem.file, ImportProblem.sourced_id).in_(list(named))
    statement = select(ImportProblem.file, ImportProblem.sourced_id, func.min(ImportProblem.line)).where(*own, which)
    found = session.execute(statement.group_by(ImportProblem.file, ImportProblem.sourced_id))
    return {(file, sourced_id or ""): line for file, sourced_id, line in found}
