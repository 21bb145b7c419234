"""Sponsorships, programs that organizations fund, who takes part, and what was released for either."""

from alembic import op

from chassis.migrations import append_only, protect

revision = "0008"
down_revision = "0007"

# Identity has always told the currency; who was told of before is found among the events that are still kept. For
# others the API's documented default stands until identity tells of them again.
_CURRENCY = """
alter table organizations add column currency text not null default 'KES';
alter table organizations alter column currency drop default;
update organizations set currency = told.currency from (
    select distinct on (subject) subject, data ->> 'currency' as currency from inbox
    where type in ('ufadhili.identity.organization_created.v1', 'ufadhili.identity.organization_updated.v1')
    order by subject, position desc
) as told where told.subject = organizations.id::text and told.currency is not null;
"""

# course_ids: none stands for every course that the student takes. Courses are never deleted.
_SPONSORSHIPS = """
create table sponsorships (
    organization_id uuid not null,
    id uuid not null,
    student_id uuid not null,
    kind text not null check (kind in ('full_scholarship', 'course_specific', 'partial')),
    state text not null check (state in ('pending', 'active', 'completed', 'cancelled')),
    course_ids uuid[] not null,
    amount_minor bigint not null check (amount_minor > 0),
    currency text not null,
    start_date date not null,
    end_date date not null check (end_date >= start_date),
    notes text,
    created_at timestamptz not null,
    activated_at timestamptz,
    ended_at timestamptz,
    end_reason text,
    primary key (organization_id, id),
    foreign key (organization_id, student_id) references organization_students (organization_id, student_id),
    check (state <> 'pending' or activated_at is null),
    check (state not in ('active', 'completed') or activated_at is not null),
    check ((state in ('completed', 'cancelled')) = (ended_at is not null and end_reason is not null))
);
create index ix_sponsorships_created_at on sponsorships (organization_id, created_at, id);
create index ix_sponsorships_amount_minor on sponsorships (organization_id, amount_minor, id);
create index ix_sponsorships_end_date on sponsorships (organization_id, end_date, id);
create index ix_sponsorships_student_id on sponsorships (student_id, organization_id);
create index ix_sponsorships_open on sponsorships (end_date) where state in ('pending', 'active');
"""

_PROGRAMS = """
create table funded_programs (
    organization_id uuid not null,
    id uuid not null,
    name text not null,
    description text not null,
    state text not null check (state in ('planning', 'active', 'paused', 'completed')),
    target_students bigint not null check (target_students > 0),
    budget_minor bigint not null check (budget_minor > 0),
    currency text not null,
    course_ids uuid[] not null,
    grade_levels bigint[] not null,
    counties text[] not null,
    max_income_minor bigint check (max_income_minor >= 0),
    start_date date not null,
    end_date date not null check (end_date >= start_date),
    created_at timestamptz not null,
    launched_at timestamptz,
    changed_at timestamptz not null,
    completed_at timestamptz,
    primary key (organization_id, id),
    check ((state = 'completed') = (completed_at is not null)),
    check (state not in ('active', 'paused') or launched_at is not null)
);
create index ix_funded_programs_created_at on funded_programs (organization_id, created_at, id);
create index ix_funded_programs_open on funded_programs (end_date) where state <> 'completed';
-- first_enrolled_at stays when somebody leaves and comes back: how many had come by which day does not change later.
create table program_participants (
    organization_id uuid not null,
    program_id uuid not null,
    student_id uuid not null,
    first_enrolled_at timestamptz not null,
    enrolled_at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (organization_id, program_id, student_id),
    foreign key (organization_id, program_id) references funded_programs (organization_id, id),
    foreign key (organization_id, student_id) references organization_students (organization_id, student_id)
);
create index ix_program_participants_student_id on program_participants (student_id, organization_id);
"""

# One row for each event of billing: what is shown as released is a sum over these.
_DISBURSEMENTS = """
create table disbursements (
    organization_id uuid not null,
    id uuid not null,
    sponsorship_id uuid,
    program_id uuid,
    amount_minor bigint not null,
    currency text not null,
    made_on date not null,
    made_at timestamptz not null,
    description text not null,
    primary key (organization_id, id),
    check ((sponsorship_id is null) <> (program_id is null))
);
create index ix_disbursements_sponsorship_id on disbursements (organization_id, sponsorship_id, made_at, id)
    where sponsorship_id is not null;
create index ix_disbursements_program_id on disbursements (organization_id, program_id, made_at, id)
    where program_id is not null;
"""

TENANT_TABLES = ("sponsorships", "funded_programs", "program_participants", "disbursements")


def upgrade() -> None:
    """Create the tables, each tenant's protected; what was released stays as it was told."""
    for statements in (_CURRENCY, _SPONSORSHIPS, _PROGRAMS, _DISBURSEMENTS):
        op.execute(statements)
    for table in TENANT_TABLES:
        protect(op, table)
    append_only(op, "disbursements")
