"""What students did and reached: placements, mentor sessions, lab use, progress, certificates and milestones."""

from alembic import op

from chassis.migrations import protect

revision = "0005"
down_revision = "0004"

# A correction, and the end of a placement, is a new version: what was said before stays, superseded.
_VERSIONED = """
create table {table} (
    organization_id uuid not null,
    id uuid not null,
    version bigint not null,
    key text not null,
    student_id uuid not null references students (id),
    cohort_id uuid,
    {facts},
    recorded_by uuid,
    recorded_at timestamptz not null,
    superseded_at timestamptz,
    primary key (organization_id, id, version),
    foreign key (organization_id, cohort_id) references cohorts (organization_id, id)
);
create unique index uq_{table}_key on {table} (organization_id, key) where superseded_at is null;
create index ix_{table}_student_id on {table} (student_id, {day}) where superseded_at is null;
create index ix_{table}_listed on {table} (organization_id, {day}, id) where superseded_at is null;
"""
_PLACEMENT = """
    employer_name text not null,
    title text not null,
    started_on date not null,
    ended_on date check (ended_on >= started_on),
    salary_minor bigint check (salary_minor >= 0),
    currency text check ((currency is null) = (salary_minor is null)),
    source text"""
_SESSION = """
    held_at timestamptz not null,
    minutes bigint not null check (minutes >= 0),
    mentor text,
    topic text"""
_LAB = """
    used_at timestamptz not null,
    minutes bigint not null check (minutes >= 0),
    lab text"""

_COMPLETION = """
alter table courses add column completion text not null default 'result'
    check (completion in ('result', 'score', 'progress'));
alter table courses add column min_score numeric;
alter table courses add column min_percent numeric;
alter table courses add column certificate boolean not null default false;
alter table courses add constraint ck_courses_completion
    check ((completion = 'score') = (min_score is not null) and (completion = 'progress') = (min_percent is not null));
alter table cohorts add column certificate boolean not null default false;
alter table enrollments add column last_activity_at timestamptz;
"""

_PROGRESS = """
-- How far a student is in a course, as each source of an organization tells.
create table progress_records (
    organization_id uuid not null,
    student_id uuid not null references students (id),
    course_id uuid not null references courses (id),
    source text not null,
    percent numeric not null check (percent between 0 and 100),
    happened_at timestamptz not null,
    recorded_at timestamptz not null,
    completed_on date,
    primary key (organization_id, student_id, course_id, source)
);
create index ix_progress_records_student_id on progress_records (student_id, course_id);
alter table course_progress add column percent numeric;
alter table course_progress add column last_activity_at timestamptz;
alter table course_progress alter column last_result_on drop not null;
alter table course_progress alter column last_recorded_at drop not null;
update course_progress set last_activity_at = least(last_result_on::timestamp at time zone 'UTC', last_recorded_at);
"""

_REACHED = """
create table certificates (
    organization_id uuid not null,
    id uuid not null,
    number text not null unique,
    student_id uuid not null references students (id),
    course_id uuid references courses (id),
    cohort_id uuid,
    title text not null,
    earned_on date not null,
    issued_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, cohort_id) references cohorts (organization_id, id),
    constraint ck_certificates_for_one check ((course_id is null) <> (cohort_id is null))
);
create unique index uq_certificates_course on certificates (student_id, course_id) where course_id is not null;
create unique index uq_certificates_cohort on certificates (student_id, organization_id, cohort_id)
    where cohort_id is not null;
-- percent: reached by that much of the course or cohort; without one, by word.
create table milestones (
    organization_id uuid not null,
    id uuid not null,
    course_id uuid references courses (id),
    cohort_id uuid,
    name text not null,
    description text,
    percent numeric check (percent > 0 and percent <= 100),
    created_at timestamptz not null,
    primary key (organization_id, id),
    foreign key (organization_id, cohort_id) references cohorts (organization_id, id),
    constraint ck_milestones_of_one check ((course_id is null) <> (cohort_id is null))
);
create index ix_milestones_course_id on milestones (course_id) where course_id is not null;
create index ix_milestones_cohort_id on milestones (organization_id, cohort_id) where cohort_id is not null;
create table milestones_reached (
    organization_id uuid not null,
    milestone_id uuid not null,
    student_id uuid not null references students (id),
    reached_on date not null,
    recorded_at timestamptz not null,
    primary key (organization_id, milestone_id, student_id),
    foreign key (organization_id, milestone_id) references milestones (organization_id, id)
);
create index ix_milestones_reached_student_id on milestones_reached (student_id);
"""

TENANT_TABLES = (
    "placements", "mentor_sessions", "lab_usage", "progress_records", "certificates", "milestones",
    "milestones_reached",
)  # fmt: skip


def upgrade() -> None:
    """Create the tables of what students did, each tenant's protected; courses say what completes them."""
    for table, facts, day in (
        ("placements", _PLACEMENT, "started_on"),
        ("mentor_sessions", _SESSION, "held_at"),
        ("lab_usage", _LAB, "used_at"),
    ):
        op.execute(_VERSIONED.format(table=table, facts=facts.strip(), day=day))
    for statements in (_COMPLETION, _PROGRESS, _REACHED):
        op.execute(statements)
    for table in TENANT_TABLES:
        protect(op, table)
