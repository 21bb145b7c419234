"""Courses, cohorts, students, seats, enrolments and results."""

from alembic import op

from chassis.migrations import create_chassis_tables, protect

revision = "0001"
down_revision = None

_READ_MODELS = """
create table organizations (
    id uuid primary key,
    name text not null,
    kind text not null,
    time_zone text not null
);
create table accounts (
    email text primary key,
    user_id uuid not null
);
"""

_COURSES_AND_COHORTS = """
create table courses (
    id uuid primary key,
    organization_id uuid not null,
    title text not null,
    description text,
    subject_area text,
    grade_level text,
    created_at timestamptz not null
);
create index ix_courses_organization_id on courses (organization_id, id);
create index ix_courses_title on courses (title, id);
create table cohorts (
    organization_id uuid not null,
    id uuid not null,
    kind text not null,
    name text not null,
    description text,
    start_date date not null,
    end_date date not null,
    seats bigint not null,
    created_at timestamptz not null,
    primary key (organization_id, id),
    constraint ck_cohorts_dates check (end_date >= start_date),
    constraint ck_cohorts_seats check (seats >= 1)
);
create index ix_cohorts_organization_id_start_date on cohorts (organization_id, start_date, id);
create table cohort_courses (
    organization_id uuid not null,
    cohort_id uuid not null,
    course_id uuid not null references courses (id),
    primary key (organization_id, cohort_id, course_id),
    foreign key (organization_id, cohort_id) references cohorts (organization_id, id)
);
"""

_STUDENTS = """
-- A student is a person and belongs to no organization; what one organization knows is in organization_students.
create table students (
    id uuid primary key,
    email text unique,
    birth_date date,
    country text,
    registered_by uuid not null,
    name text not null,
    grade_level text,
    school text,
    county text
);
create table organization_students (
    organization_id uuid not null,
    student_id uuid not null references students (id),
    name text not null,
    email text,
    external_id text,
    grade_level text,
    school text,
    county text,
    guardian_email text,
    taught boolean not null,
    registered_at timestamptz not null,
    primary key (organization_id, student_id),
    unique (organization_id, external_id)
);
create index ix_organization_students_student_id on organization_students (student_id, organization_id);
"""

_SEATS = """
-- One row an organization: whoever assigns, releases or lapses a seat holds its lock.
create table seat_pools (
    organization_id uuid primary key
);
create table seat_grants (
    organization_id uuid not null,
    id uuid not null,
    payment_id uuid not null,
    cohort_id uuid,
    quantity bigint not null check (quantity >= 0),
    valid_from timestamptz not null,
    valid_until timestamptz not null,
    settled_at timestamptz,
    primary key (organization_id, id)
);
create index ix_seat_grants_unsettled on seat_grants (valid_until) where settled_at is null;
create table seats (
    organization_id uuid not null,
    id uuid not null,
    student_id uuid not null,
    cohort_id uuid not null,
    drawn_on uuid,
    assigned_at timestamptz not null,
    released_at timestamptz,
    release_reason text,
    primary key (organization_id, id),
    foreign key (organization_id, student_id) references organization_students (organization_id, student_id),
    constraint ck_seats_released check ((released_at is null) = (release_reason is null))
);
create unique index uq_seats_held on seats (organization_id, student_id) where released_at is null;
"""

_LEARNING = """
create table enrollments (
    organization_id uuid not null,
    id uuid not null,
    cohort_id uuid not null,
    student_id uuid not null,
    state text not null check (state in ('active', 'completed', 'withdrawn')),
    enrolled_at timestamptz not null,
    completed_at timestamptz,
    withdrawn_at timestamptz,
    primary key (organization_id, id),
    unique (organization_id, cohort_id, student_id),
    foreign key (organization_id, cohort_id) references cohorts (organization_id, id),
    foreign key (organization_id, student_id) references organization_students (organization_id, student_id)
);
create index ix_enrollments_listed on enrollments (organization_id, cohort_id, enrolled_at, id) include (state);
create index ix_enrollments_student_id on enrollments (student_id, organization_id);
create table results (
    organization_id uuid not null,
    id uuid not null,
    key text not null,
    student_id uuid not null references students (id),
    course_id uuid not null references courses (id),
    score numeric,
    max_score numeric,
    completed boolean not null,
    result_date date not null,
    recorded_at timestamptz not null,
    primary key (organization_id, id),
    unique (organization_id, key)
);
create index ix_results_student_id on results (student_id, course_id);
-- What a person has reached in a course, whoever recorded it: computed from results, kept for lists.
create table course_progress (
    student_id uuid not null references students (id),
    course_id uuid not null references courses (id),
    results bigint not null,
    last_score numeric,
    last_max_score numeric,
    best_score numeric,
    last_result_on date not null,
    last_recorded_at timestamptz not null,
    completed_on date,
    primary key (student_id, course_id)
);
"""

TENANT_TABLES = (
    "courses",
    "cohorts",
    "cohort_courses",
    "organization_students",
    "seat_pools",
    "seat_grants",
    "seats",
    "enrollments",
    "results",
)


def upgrade() -> None:
    """Create every table, each tenant's protected."""
    create_chassis_tables(op)
    for statements in (_READ_MODELS, _COURSES_AND_COHORTS, _STUDENTS, _SEATS, _LEARNING):
        op.execute(statements)
    for table in TENANT_TABLES:
        protect(op, table)
    # The catalogue is read by everyone; only its own organization writes a course.
    op.execute("create policy catalogue on courses for select using (true)")
