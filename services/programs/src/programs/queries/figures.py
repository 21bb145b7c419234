"""The figures a metrics scrape asks for: sums over all organizations."""

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.telemetry import Figure, Sample
from programs.models import PROGRAM_STATES, SPONSORSHIP_STATES

PURCHASED = Figure("programs_seats_purchased", "Seats of every grant whose window is open now.")
ASSIGNED = Figure("programs_seats_assigned", "Seats that students hold.")
FREE = Figure("programs_seats_free", "Seats that may be given now.")
UTILIZATION = Figure("programs_seat_utilization_ratio", "Seats assigned of those purchased; 0 when there are none.")
OVERSOLD = Figure("programs_seats_oversold", "Seats held beyond what was granted for them: must be 0.")
ENROLLMENTS = Figure("programs_enrollments", "Enrolments by state.", "state")
SPONSORSHIPS = Figure("programs_sponsorships", "Sponsorships by state.", "state")
PROGRAMS = Figure("programs_funded_programs", "Programs that organizations fund, by state.", "state")
PARTICIPANTS = Figure("programs_program_participants", "Students who take part in a program that is not completed.")

# A pool is the seats granted for one cohort, or the general ones. Seats of a window that has just ended are held until
# the job lapses them: not purchased any more, and not oversold.
_SEATS = text("""
with granted as (
    select organization_id, coalesce(cohort_id, :general) as pool,
        sum(quantity) filter (where valid_until > :at) as running, sum(quantity) as quantity
    from seat_grants where valid_from <= :at and (valid_until > :at or settled_at is null) group by 1, 2
), held as (
    select organization_id, coalesce(drawn_on, :general) as pool, count(*) as seats
    from seats where released_at is null group by 1, 2
)
select coalesce(sum(running), 0), coalesce(sum(seats), 0),
    coalesce(sum(greatest(coalesce(running, 0) - coalesce(seats, 0), 0)), 0),
    coalesce(sum(greatest(coalesce(seats, 0) - coalesce(quantity, 0), 0)), 0)
from granted full join held using (organization_id, pool)
""")
_GENERAL = "00000000-0000-0000-0000-000000000000"
_ENROLLMENTS = text("select state, count(*) from enrollments group by state")
_SPONSORSHIPS = text("select state, count(*) from sponsorships group by state")
_PROGRAMS = text("select state, count(*) from funded_programs group by state")
_PARTICIPANTS = text("""
select count(*) from program_participants as taking
join funded_programs on funded_programs.organization_id = taking.organization_id and funded_programs.id = program_id
where withdrawn_at is null and state <> 'completed'
""")


def gauges(database: Database) -> list[Sample]:
    """Seats, enrolments, sponsorships and programs."""
    with database.transaction(SYSTEM) as session:
        funded = _funded(session)
        row = session.execute(_SEATS, {"at": now(), "general": _GENERAL}).one()
        enrollments: dict[str, int] = dict(session.execute(_ENROLLMENTS).all())
    purchased, assigned, free, oversold = map(float, row)
    return [
        PURCHASED(purchased),
        ASSIGNED(assigned),
        FREE(free),
        UTILIZATION(assigned / purchased if purchased else 0),
        OVERSOLD(oversold),
        *(ENROLLMENTS(enrollments.get(state, 0), state=state) for state in ("active", "completed", "withdrawn")),
        *funded,
    ]


def _funded(session: Session) -> list[Sample]:
    sponsorships: dict[str, int] = dict(session.execute(_SPONSORSHIPS).all())
    programs: dict[str, int] = dict(session.execute(_PROGRAMS).all())
    return [
        *(SPONSORSHIPS(sponsorships.get(state, 0), state=state) for state in SPONSORSHIP_STATES),
        *(PROGRAMS(programs.get(state, 0), state=state) for state in PROGRAM_STATES),
        PARTICIPANTS(float(session.scalar(_PARTICIPANTS) or 0)),
    ]
