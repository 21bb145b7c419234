"""What identity keeps of one person, for their copy."""

from chassis.person_data import PersonData

_OF_ACCOUNT = {
    "Account": "select name, email, email_verified_at, created_at from users where id = :user_id",
    "Memberships": """
        select organizations.name as organization, memberships.created_at as since from memberships
        join organizations on organizations.id = memberships.organization_id
        where memberships.user_id = :user_id order by memberships.created_at""",
    "Roles": """
        select organizations.name as organization, roles.role, roles.cohort_id, roles.created_at as since from roles
        left join organizations on organizations.id = roles.organization_id
        where roles.user_id = :user_id order by roles.created_at""",
    "Invitations you accepted": """
        select invitations.purpose, organizations.name as organization, invitations.email, invitations.accepted_at
        from invitations left join organizations on organizations.id = invitations.organization_id
        where invitations.accepted_by = :user_id order by invitations.accepted_at""",
    "Sign-ins": """
        select device, created_at, last_used_at, ends_at, revoked_at, revoked_reason from sessions
        where user_id = :user_id order by created_at""",
    "Changes of your rights": """
        select action, details ->> 'role' as role, at from rights_audit where user_id = :user_id order by at, id""",
}
_OF_STUDENT = {
    "Invitations about you": """
        select purpose, email, state, created_at, accepted_at from invitations
        where student_id = :student_id order by created_at""",
}

PERSON_DATA = PersonData("identity", of_student=_OF_STUDENT, of_account=_OF_ACCOUNT)
