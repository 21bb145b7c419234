"""What analytics keeps of one person, for their copy."""

from chassis.person_data import PersonData

_OF_STUDENT = {
    "How organizations' figures know you": """
        select organization.name as organization, own.name as called, students.taught, students.grade_level,
            students.school, students.county
        from students
        left join names as own
            on own.organization_id = students.organization_id and own.subject_id = students.student_id
        left join names as organization
            on organization.organization_id = students.organization_id
            and organization.subject_id = students.organization_id
        where students.student_id = :student_id order by students.organization_id""",
    "Enrolments counted": """
        select cohorts.name as cohort, enrollments.began_at, enrollments.completed_at, enrollments.withdrawn_at
        from enrollments left join cohorts
            on cohorts.organization_id = enrollments.organization_id and cohorts.cohort_id = enrollments.cohort_id
        where enrollments.student_id = :student_id order by enrollments.began_at, enrollments.enrollment_id""",
    "Results counted": """
        select courses.title as course, results.score, results.max_score, results.completed, results.result_date
        from results left join courses using (course_id)
        where results.student_id = :student_id order by results.result_date, results.result_id""",
    "Sponsorships counted": """
        select own.name as organization, sponsored.kind, sponsored.start_date, sponsored.end_date,
            sponsored.activated_at, sponsored.ended_at, sponsored.end_state
        from sponsorships as sponsored
        left join names as own on own.organization_id = sponsored.organization_id
            and own.subject_id = sponsored.organization_id
        where sponsored.student_id = :student_id order by sponsored.created_at, sponsored.sponsorship_id""",
    "Programs counted": """
        select program.name as program, taken.began_at, taken.left_at
        from program_students as taken left join funded_programs as program
            on program.organization_id = taken.organization_id and program.program_id = taken.program_id
        where taken.student_id = :student_id order by taken.began_at, taken.program_id""",
    "Placements counted": """
        select placed_on, ended_on, salary_minor, currency from placements
        where student_id = :student_id order by placed_on, placement_id""",
}
_OF_ACCOUNT = {
    "Reports you asked for": """
        select own.name as organization, reports.kind, reports.form, reports.since, reports.until, reports.requested_at
        from reports
        left join names as own on own.organization_id = reports.organization_id
            and own.subject_id = reports.organization_id
        where reports.requested_by = :user_id order by reports.requested_at, reports.report_id""",
}

PERSON_DATA = PersonData("analytics", of_student=_OF_STUDENT, of_account=_OF_ACCOUNT)
