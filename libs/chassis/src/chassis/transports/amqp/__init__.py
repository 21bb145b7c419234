"""Events through RabbitMQ (pika): one topic exchange, one quorum queue a service, confirmed and acknowledged.

See docs/decisions/0010-events-through-rabbitmq.md.
"""

from chassis.transports.amqp.consumer import Consumer
from chassis.transports.amqp.publisher import AmqpTransport

__all__ = ["AmqpTransport", "Consumer"]
