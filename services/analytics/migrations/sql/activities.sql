-- Certificates, milestones, mentor sessions, lab use and progress, the latest word on each. What carries a day has
-- ``day``, what carries a moment has ``happened_at``.
create table activities (
    organization_id uuid not null,
    activity_id uuid not null unique,
    kind text not null,
    student_id uuid not null,
    course_id uuid,
    cohort_id uuid,
    day date,
    happened_at timestamptz,
    minutes bigint,
    percent numeric,
    completed boolean not null,
    recorded_at timestamptz not null,
    primary key (organization_id, activity_id)
);
create index ix_activities_student_id on activities (student_id);
-- Their copies for the cohorts the student is in, as with results.
create table cohort_activities (
    organization_id uuid not null,
    cohort_id uuid not null,
    student_id uuid not null,
    activity_id uuid not null,
    kind text not null,
    course_id uuid,
    day date,
    happened_at timestamptz,
    minutes bigint,
    completed boolean not null,
    primary key (organization_id, cohort_id, student_id, activity_id)
);
create index ix_cohort_activities_student_id on cohort_activities (student_id);
