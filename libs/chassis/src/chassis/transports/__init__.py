"""Ways for event batches to travel. The relay knows only the ``Transport`` protocol."""

from chassis.database import Database
from chassis.outbox import Debts
from chassis.relay import Transport
from chassis.settings import ServiceSettings
from chassis.wiring import provide


def owe(database: Database, settings: ServiceSettings) -> None:
    """Have what this database's transactions publish be owed to whom the transport pays."""
    provide(database, Debts, Debts(settings.events_transport))


def transport(service: str, settings: ServiceSettings) -> Transport:
    """The transport the settings ask for."""
    if settings.events_transport == Debts.TO_BROKER.value:
        from chassis.transports.amqp import AmqpTransport  # pika, which `make up` has no use for

        return AmqpTransport(settings.amqp_url, service)
    from chassis.transports.http import HttpTransport

    urls = {name: url for name, url in settings.service_urls.items() if url}
    return HttpTransport(urls, settings.events_secret)
