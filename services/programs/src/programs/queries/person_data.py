"""What programs keeps of one person, for their copy."""

from chassis.person_data import PersonData
from programs.queries.erasure import statements_of

_OF_STUDENT = {
    "You": """
        select name, email, birth_date, country, grade_level, school, county from students where id = :student_id""",
    "What organizations say of you": """
        select organizations.name as organization, known.name, known.email, known.external_id, known.grade_level,
            known.school, known.county, known.guardian_email, known.registered_at
        from organization_students known left join organizations on organizations.id = known.organization_id
        where known.student_id = :student_id order by known.registered_at""",
    "Enrolments": """
        select organizations.name as organization, cohorts.name as cohort, own.state, own.enrolled_at,
            own.completed_at, own.withdrawn_at
        from enrollments own left join organizations on organizations.id = own.organization_id
        left join cohorts on cohorts.organization_id = own.organization_id and cohorts.id = own.cohort_id
        where own.student_id = :student_id order by own.enrolled_at, own.id""",
    "Seats": """
        select organizations.name as organization, assigned_at, released_at, release_reason from seats
        left join organizations on organizations.id = seats.organization_id
        where student_id = :student_id order by assigned_at""",
    "Results": """
        select courses.title as course, score, max_score, completed, result_date, recorded_at from results
        left join courses on courses.id = results.course_id
        where student_id = :student_id order by result_date, results.id""",
    "Progress": """
        select courses.title as course, source, percent, happened_at from progress_records
        left join courses on courses.id = progress_records.course_id
        where student_id = :student_id order by happened_at""",
    "Certificates": """
        select number, title, earned_on from certificates where student_id = :student_id order by earned_on""",
    "Milestones": """
        select milestones.name, reached_on from milestones_reached
        join milestones on milestones.organization_id = milestones_reached.organization_id
            and milestones.id = milestone_id
        where student_id = :student_id order by reached_on""",
    "Sponsorships": """
        select organizations.name as organization, sponsorships.kind, state, amount_minor, sponsorships.currency,
            array(select title from courses where courses.id = any(course_ids) order by title) as courses, start_date,
            end_date, notes, created_at, activated_at, ended_at, end_reason
        from sponsorships left join organizations on organizations.id = sponsorships.organization_id
        where student_id = :student_id order by created_at, sponsorships.id""",
    "Paid out for your sponsorships": """
        select organizations.name as organization, disbursements.amount_minor, disbursements.currency, made_on,
            disbursements.description
        from sponsorships join disbursements on disbursements.organization_id = sponsorships.organization_id
            and sponsorship_id = sponsorships.id
        left join organizations on organizations.id = sponsorships.organization_id
        where student_id = :student_id order by made_at, disbursements.id""",
    "Programs": """
        select organizations.name as organization, funded_programs.name as program, first_enrolled_at, enrolled_at,
            withdrawn_at
        from program_participants as own
        join funded_programs on funded_programs.organization_id = own.organization_id
            and funded_programs.id = program_id
        left join organizations on organizations.id = own.organization_id
        where student_id = :student_id order by first_enrolled_at, program_id""",
    "Placements": """
        select employer_name, title, started_on, ended_on, salary_minor, currency, source, version, recorded_at
        from placements where student_id = :student_id order by started_on, version""",
    "Mentor sessions": """
        select held_at, minutes, mentor, topic from mentor_sessions where student_id = :student_id order by held_at""",
    "Lab use": "select used_at, minutes, lab from lab_usage where student_id = :student_id order by used_at",
}
_OF_ACCOUNT = {"Your proved address": "select email from accounts where user_id = :user_id"}

PERSON_DATA = PersonData(
    "programs",
    of_student=_OF_STUDENT,
    of_account=_OF_ACCOUNT,
    read_of_student={"Statements of learning systems": statements_of},
)
