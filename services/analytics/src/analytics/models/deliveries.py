"""What became of messages, one row a recipient and channel. Why one failed is not kept: it may quote an address."""

from analytics.models.projection import Projection
from contracts.events import notifications

_DELIVERY = """
insert into deliveries as known (organization_id, delivery_id, message_id, student_id, channel, {column})
select organization_id, delivery_id, message_id, student_id, channel, min({column})
from jsonb_to_recordset(cast(:facts as jsonb)) as fact (
    organization_id uuid, delivery_id uuid, message_id uuid, student_id uuid, channel text, {column} timestamptz
)
group by organization_id, delivery_id, message_id, student_id, channel
on conflict (organization_id, delivery_id) do update set {column} = least(known.{column}, excluded.{column})
"""

PROJECTION: Projection = {
    notifications.MessageDelivered: (_DELIVERY.format(column="delivered_at"),),
    # Kept among the events; no figure asks for them yet.
    notifications.MessageSent: (),
    notifications.MessageOpened: (),
    notifications.MessageFailed: (_DELIVERY.format(column="failed_at"),),
}
