"""What notifications keeps of one person, for their copy."""

from chassis.person_data import PersonData

_DELIVERED = """
    select messages.kind, messages.subject, deliveries.channel, deliveries.address, deliveries.state,
        deliveries.changed_at from deliveries join messages on messages.id = deliveries.message_id
    where deliveries.{column} = :{column} order by deliveries.changed_at, deliveries.id"""

_OF_STUDENT = {"Messages to you as a student": _DELIVERED.format(column="student_id")}
_OF_ACCOUNT = {
    "Messages to your account": _DELIVERED.format(column="user_id"),
    "Your inbox": """
        select organization_name as organization, subject, text, delivered_at, read_at from inbox_items
        where user_id = :user_id order by delivered_at, id""",
    "Your wishes": "select category, channel, enabled from preferences where user_id = :user_id order by 1, 2",
    "Quiet hours": """
        select time_zone, quiet_from, quiet_until, track_opens from people where user_id = :user_id""",
    "Telephone": "select number, verified_at from phones where user_id = :user_id",
    "Reports sent to you": """
        select dashboard_id, frequency, time_zone, created_at, ended_at from report_subscriptions
        where user_id = :user_id order by created_at, id""",
}

PERSON_DATA = PersonData("notifications", of_student=_OF_STUDENT, of_account=_OF_ACCOUNT)
