-- What a partner funds, from the words of programs. Each word stands by itself, whichever comes first: what another
-- word tells is null until it does.
create table sponsorships (
    organization_id uuid not null,
    sponsorship_id uuid not null unique,
    student_id uuid not null,
    kind text,
    amount_minor bigint,
    currency text,
    start_date date,
    end_date date,
    course_ids uuid[] not null default '{}',
    created_at timestamptz,
    activated_at timestamptz,
    ended_at timestamptz,
    end_state text,
    end_reason text,
    primary key (organization_id, sponsorship_id)
);
create index ix_sponsorships_student_id on sponsorships (student_id);
create table funded_programs (
    organization_id uuid not null,
    program_id uuid not null unique,
    name text not null,
    state text not null,
    target_students bigint not null,
    budget_minor bigint not null,
    currency text not null,
    start_date date not null,
    end_date date not null,
    course_ids uuid[] not null,
    changed_at timestamptz not null,
    primary key (organization_id, program_id)
);
create table program_students (
    organization_id uuid not null,
    program_id uuid not null,
    student_id uuid not null,
    began_at timestamptz,
    enrolled_at timestamptz,
    withdrawn_at timestamptz,
    -- As with enrolments: one taken up again never ended.
    left_at timestamptz generated always as (case when withdrawn_at >= enrolled_at then withdrawn_at end) stored,
    primary key (organization_id, program_id, student_id)
);
create index ix_program_students_student_id on program_students (student_id);
create index ix_program_students_program_id on program_students (program_id);
-- Money given to a sponsorship or program, and taken back (negative), as billing's ledger has it.
create table funds (
    organization_id uuid not null,
    fund_id uuid not null,
    sponsorship_id uuid,
    program_id uuid,
    amount_minor bigint not null,
    currency text not null,
    moved_at timestamptz not null,
    primary key (organization_id, fund_id)
);
create index ix_funds_moved_at on funds (organization_id, moved_at);
create table awaited_payments (
    organization_id uuid not null,
    payment_id uuid not null,
    amount_minor bigint not null,
    currency text not null,
    method text not null,
    initiated_at timestamptz,
    failed_at timestamptz,
    primary key (organization_id, payment_id)
);
-- Money of a payment that came, and that went back (negative); held as credit or not.
create table payment_moves (
    organization_id uuid not null,
    move_id uuid not null,
    payment_id uuid not null,
    amount_minor bigint not null,
    currency text not null,
    moved_at timestamptz not null,
    primary key (organization_id, move_id)
);
create index ix_payment_moves_moved_at on payment_moves (organization_id, moved_at);
create table disbursements (
    organization_id uuid not null,
    disbursement_id uuid not null,
    sponsorship_id uuid,
    program_id uuid,
    amount_minor bigint,
    currency text,
    due_on date,
    description text,
    scheduled_at timestamptz,
    made_on date,
    made_at timestamptz,
    cancelled_at timestamptz,
    primary key (organization_id, disbursement_id)
);
create index ix_disbursements_due_on on disbursements (organization_id, due_on)
    where made_at is null and cancelled_at is null;
create index ix_disbursements_made_on on disbursements (organization_id, made_on) where made_on is not null;
-- The number of the grade an organization told of a student, and when: the first word counts from the beginning.
create table grades (
    organization_id uuid not null,
    student_id uuid not null,
    told_at timestamptz not null,
    number integer,
    primary key (organization_id, student_id, told_at)
);
create index ix_grades_student_id on grades (student_id);
-- Copies for who funds a student, one for each sponsorship or program (``source_id``) that covers the course. ``points``
-- are hundredths of a per cent of the best possible score.
create table sponsored_results (
    organization_id uuid not null,
    source_id uuid not null,
    student_id uuid not null,
    result_id uuid not null,
    course_id uuid not null,
    points integer,
    completed boolean not null,
    result_date date not null,
    recorded_at timestamptz not null,
    primary key (organization_id, source_id, student_id, result_id)
);
create index ix_sponsored_results_student_id on sponsored_results (student_id);
create index ix_sponsored_results_result_id on sponsored_results (result_id);
create index ix_sponsored_results_course_id on sponsored_results (course_id);
create index ix_sponsored_results_result_date on sponsored_results (organization_id, result_date) where completed;
create table sponsored_activities (
    organization_id uuid not null,
    source_id uuid not null,
    student_id uuid not null,
    activity_id uuid not null,
    kind text not null,
    course_id uuid,
    day date,
    happened_at timestamptz,
    minutes bigint,
    completed boolean not null,
    primary key (organization_id, source_id, student_id, activity_id)
);
create index ix_sponsored_activities_student_id on sponsored_activities (student_id);
create index ix_sponsored_activities_activity_id on sponsored_activities (activity_id);
create index ix_sponsored_activities_course_id on sponsored_activities (course_id);
create index ix_sponsored_activities_kind on sponsored_activities (organization_id, kind);
create table sponsored_grades (
    organization_id uuid not null,
    student_id uuid not null,
    teller_id uuid not null,
    told_at timestamptz not null,
    number integer,
    primary key (organization_id, student_id, teller_id, told_at)
);
create index ix_sponsored_grades_student_id on sponsored_grades (student_id);
