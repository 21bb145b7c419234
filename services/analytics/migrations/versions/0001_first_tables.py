"""What analytics was fed, the names that go with it, and what is told from it.

``events`` holds ids and facts and is never changed. ``names`` is the only place with a person's or an
organization's name, so erasing is one delete. Everything below the line is a projection: ``rebuild`` makes it
again from ``events``.
"""

from alembic import op

from chassis.migrations import append_only, create_chassis_tables, protect

revision = "0001"
down_revision = None

_FED = """
create table events (
    position bigint generated always as identity primary key,
    type text not null,
    organization_id uuid,
    subject text not null,
    digest bytea not null,
    snapshot boolean not null,
    data jsonb not null,
    stored_at timestamptz not null
);
-- A fact is known by its own content, so that one told twice is stored once. A snapshot may rightly return to an
-- earlier content; it is compared with the latest of its subject only.
create unique index uq_events_digest on events (digest) where not snapshot;
create index ix_events_snapshot on events (type, subject, organization_id, position) where snapshot;

create table names (
    organization_id uuid not null,
    subject_id uuid not null,
    name text not null,
    primary key (organization_id, subject_id)
);
create index ix_names_subject_id on names (subject_id);
"""

_PROJECTIONS = """
create table organizations (
    organization_id uuid primary key,
    kind text not null,
    currency text not null,
    time_zone text not null,
    country text
);
create table freshness (
    organization_id uuid primary key,
    changed_at timestamptz not null
);
-- The catalogue of courses is open to everybody signed in, so this table has no row-level security.
create table courses (
    course_id uuid primary key,
    organization_id uuid not null,
    title text not null,
    subject_area text,
    grade_level text
);
create table cohorts (
    organization_id uuid not null,
    cohort_id uuid not null unique,
    name text not null,
    kind text not null,
    seats bigint not null,
    start_date date not null,
    end_date date not null,
    primary key (organization_id, cohort_id)
);
create table cohort_courses (
    organization_id uuid not null,
    cohort_id uuid not null,
    course_id uuid not null,
    ordinal integer not null,
    primary key (organization_id, cohort_id, course_id)
);
create index ix_cohort_courses_course_id on cohort_courses (course_id, cohort_id);
create table students (
    organization_id uuid not null,
    student_id uuid not null,
    taught boolean not null,
    grade_level text,
    school text,
    county text,
    primary key (organization_id, student_id)
);
create table seats (
    organization_id uuid not null,
    seat_id uuid not null,
    cohort_id uuid not null,
    student_id uuid not null,
    assigned_at timestamptz,
    released_at timestamptz,
    primary key (organization_id, seat_id)
);
create index ix_seats_cohort_id on seats (organization_id, cohort_id) include (assigned_at, released_at);
create table seat_grants (
    organization_id uuid not null,
    grant_id uuid not null,
    cohort_id uuid,
    quantity bigint not null,
    valid_from timestamptz,
    valid_until timestamptz,
    expired_at timestamptz,
    primary key (organization_id, grant_id)
);
create table enrollments (
    organization_id uuid not null,
    enrollment_id uuid not null,
    cohort_id uuid not null,
    student_id uuid not null,
    began_at timestamptz,
    enrolled_at timestamptz,
    completed_at timestamptz,
    withdrawn_at timestamptz,
    -- What holds of the latest time the student was enrolled; an enrolment taken up again never ended.
    done_at timestamptz generated always as (case when completed_at >= enrolled_at then completed_at end) stored,
    left_at timestamptz generated always as (case when withdrawn_at >= enrolled_at then withdrawn_at end) stored,
    primary key (organization_id, enrollment_id)
);
create index ix_enrollments_cohort_id on enrollments (organization_id, cohort_id)
    include (student_id, began_at, done_at, left_at);
create index ix_enrollments_student_id on enrollments (student_id);
create table results (
    organization_id uuid not null,
    result_id uuid not null unique,
    student_id uuid not null,
    course_id uuid not null,
    score numeric,
    max_score numeric,
    completed boolean not null,
    result_date date not null,
    recorded_at timestamptz not null,
    primary key (organization_id, result_id)
);
create index ix_results_student_id on results (student_id, course_id);
-- An academy records a result, a sponsor's cohort is told it: a copy for each cohort whose course it is.
create table cohort_results (
    organization_id uuid not null,
    cohort_id uuid not null,
    course_id uuid not null,
    student_id uuid not null,
    result_id uuid not null,
    score numeric,
    max_score numeric,
    completed boolean not null,
    result_date date not null,
    recorded_at timestamptz not null,
    primary key (organization_id, cohort_id, result_id)
);
create index ix_cohort_results_course_id
    on cohort_results (organization_id, cohort_id, course_id, student_id, result_date);
create index ix_cohort_results_completed
    on cohort_results (organization_id, cohort_id, course_id, student_id, result_date) where completed;
create index ix_cohort_results_result_date on cohort_results (result_date) include (student_id);
create table placements (
    organization_id uuid not null,
    placement_id uuid not null unique,
    student_id uuid not null,
    cohort_id uuid,
    placed_on date not null,
    salary_minor bigint,
    currency text,
    primary key (organization_id, placement_id)
);
create index ix_placements_student_id on placements (student_id);
create table cohort_placements (
    organization_id uuid not null,
    cohort_id uuid not null,
    student_id uuid not null,
    placement_id uuid not null,
    placed_on date not null,
    salary_minor bigint,
    currency text,
    primary key (organization_id, cohort_id, student_id, placement_id)
);
create table payments (
    organization_id uuid not null,
    payment_id uuid not null,
    cohort_id uuid,
    amount_minor bigint not null,
    currency text not null,
    method text not null,
    completed_at timestamptz not null,
    primary key (organization_id, payment_id)
);
create table invoices (
    organization_id uuid not null,
    invoice_id uuid not null,
    cohort_id uuid,
    number text not null,
    total_minor bigint not null,
    currency text not null,
    issued_on date,
    due_on date,
    paid_at timestamptz,
    primary key (organization_id, invoice_id)
);
create table consents (
    grant_id uuid primary key,
    organization_id uuid,
    student_id uuid not null,
    scope text not null,
    granted_at timestamptz,
    expires_at timestamptz,
    ended_at timestamptz
);
create index ix_consents_organization_id on consents (organization_id, scope, student_id);
create table deliveries (
    organization_id uuid not null,
    delivery_id uuid not null,
    message_id uuid not null,
    student_id uuid,
    channel text not null,
    delivered_at timestamptz,
    failed_at timestamptz,
    primary key (organization_id, delivery_id)
);
"""

_OF_ONE_ORGANIZATION = (
    "events", "names", "organizations", "freshness", "cohorts", "cohort_courses", "students", "seats",
    "seat_grants", "enrollments", "results", "cohort_results", "placements", "cohort_placements", "payments",
    "invoices", "consents", "deliveries",
)  # fmt: skip


def upgrade() -> None:
    create_chassis_tables(op)
    op.execute(_FED)
    op.execute(_PROJECTIONS)
    for table in _OF_ONE_ORGANIZATION:
        protect(op, table)
    append_only(op, "events")
