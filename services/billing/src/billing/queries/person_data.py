"""What billing keeps of one person, for their copy."""

from chassis.person_data import PersonData

_OF_STUDENT = {
    "Seats paid for you": """
        select organizations.name as organization, cohorts.name as cohort, held.assigned_at, held.released_at
        from seat_holdings held left join organizations using (organization_id)
        left join cohorts on cohorts.organization_id = held.organization_id and cohorts.cohort_id = held.cohort_id
        where held.student_id = :student_id order by coalesce(held.assigned_at, held.released_at), held.seat_id""",
    "What was metered of you": """
        select organizations.name as organization, used.product, used.quantity, used.currency, used.occurred_on
        from metered_usage used left join organizations using (organization_id)
        where used.student_id = :student_id order by used.occurred_on, used.id""",
}
_OF_ACCOUNT = {
    "Checkouts you opened": """
        select organizations.name as organization, checkouts.state, checkouts.currency, checkouts.amount_minor,
            checkouts.created_at
        from checkouts left join organizations using (organization_id)
        where checkouts.created_by = :user_id order by checkouts.created_at""",
}

PERSON_DATA = PersonData("billing", of_student=_OF_STUDENT, of_account=_OF_ACCOUNT)
