"""Everything a run needs, as real processes: PostgreSQL, RabbitMQ, two workers each of two toy services, a writer."""

import os
import threading
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from types import MappingProxyType

import psutil
import psycopg
from world.system import eventually, free_port

from chassis import migrate
from chassis.database import Database
from chassis.testing.broker import Broker
from faults.child import ROOT, Child
from faults.proxy import AmqpAcks, HttpAcks, Proxy
from faults.sabotage import VARIABLE, WITHOUT_DEDUP
from faults.toys import MIGRATIONS
from local.postgres import Server, create_database

PASSWORD = "only-for-tests"
PUBLISHER, LISTENER = "programs", "analytics"
SERVICES = (PUBLISHER, LISTENER)
EVENTS_SECRET = "whsec_dGVzdHMgYXJlIHNpZ25lZCB0b28hISEhISEhISE="


class Stage:
    """Owns all processes and the databases; ``transport`` is amqp or http."""

    def __init__(
        self,
        folder: Path,
        transport: str,
        *,
        workers: int = 2,
        proxied: bool = True,
        extra: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        """``extra`` are further variables of the toys' environment."""
        self.folder = folder
        self.transport = transport
        self._extra = extra
        self.notes, self.enough = folder / "notes", folder / "enough"
        self.postgres = Server(folder / "home", durable=True)
        self.broker = Broker(folder / "broker")
        self.webs = [free_port()] if transport == "http" else []
        self._count = workers
        self.relay_proxies = [self._proxy() for _ in range(workers if proxied else 0)]
        self.consumer_proxies = [self._proxy() for _ in self.relay_proxies if transport == "amqp"]
        self.workers: dict[str, list[Child]] = {}
        self.web: Child | None = None
        self.writer: Child | None = None
        self.databases: dict[str, Database] = {}
        self.broker_busy, self.database_busy = threading.Lock(), threading.Lock()
        self.relay_ambush, self.consumer_ambush = threading.Lock(), threading.Lock()
        """Held by the fault that has it down."""

    def start(self) -> None:
        """Bring everything up but the writer."""
        self.folder.mkdir(parents=True, exist_ok=True)
        broker = threading.Thread(target=self.start_broker)
        broker.start()
        self.postgres.start()
        for name in SERVICES:
            create_database(self.postgres.superuser_dsn(), name, PASSWORD, PASSWORD)
            migrate.upgrade(MIGRATIONS, self._url(name, "owner"))
            self.databases[name] = Database(self._url(name, "app"))
        if self._extra.get(VARIABLE) == "dedup":
            with psycopg.connect(self.postgres.superuser_dsn(LISTENER)) as connection:
                connection.execute(WITHOUT_DEDUP)
        broker.join()
        self._start_children()

    def start_writer(self, *arguments: str) -> Child:
        """Start what commits the events."""
        command = ["faults.writer", *arguments, "--notes", str(self.notes), "--enough", str(self.enough)]
        self.writer = Child("writer", command, self.environment(PUBLISHER), self.folder)
        self.writer.start()
        return self.writer

    def start_broker(self) -> None:
        """Start the node, if this transport has one."""
        if self.transport == "amqp":
            self.broker.start()

    def kill_database(self) -> None:
        """kill -9 of the postmaster and everything it has started, as if the power were gone."""
        assert self.postgres.pid is not None
        postmaster = psutil.Process(self.postgres.pid)
        for process in (postmaster, *postmaster.children(recursive=True)):
            with suppress(psutil.NoSuchProcess):
                process.kill()
        postmaster.wait(10)

    def end(self) -> None:
        """End everything at once, whatever state it is in."""
        for child in (*self.children(), *([self.writer] if self.writer else [])):
            child.kill()
        for database in self.databases.values():
            database.engine.dispose()
        self.broker.kill()
        self.postgres.stop()
        for proxy in (*self.relay_proxies, *self.consumer_proxies):
            proxy.close()

    def children(self) -> Iterator[Child]:
        """The processes of the services."""
        for workers in self.workers.values():
            yield from workers
        if self.web is not None:
            yield self.web

    def _start_children(self) -> None:
        proxies = {PUBLISHER: self.relay_proxies, LISTENER: self.consumer_proxies}
        for name in SERVICES:
            self.workers[name] = [
                self._child(name, f"worker-{number + 1}", proxies[name][number] if proxies[name] else None)
                for number in range(self._count)
            ]
        if self.transport == "http":
            self.web = self._child(LISTENER, "web", None)
        for child in self.children():
            child.start()
        for child in self.children():
            eventually(child.answers, f"{child.name} is up (see {child.log})", 60)

    def _child(self, service: str, role: str, proxy: Proxy | None) -> Child:
        # A worker answers to probes on a port of its own.
        environment = {**self.environment(service, proxy), "PORT": str(self.webs[0] if role == "web" else free_port())}
        command = ["faults.toys", service, role.partition("-")[0]]
        return Child(f"{service}-{role}", command, environment, self.folder)

    def environment(self, service: str, proxy: Proxy | None = None) -> dict[str, str]:
        """What a process of this service finds around it; behind the proxy, if there is one."""
        inherited = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        port = proxy.port if proxy else self._target()[1]
        return {
            **inherited,
            "PYTHONPATH": os.pathsep.join((str(ROOT / "tests-e2e"), os.environ.get("PYTHONPATH", ""))),
            "UFADHILI_ENV": "local",
            "LOG_LEVEL": "INFO",
            "DATABASE_URL": self._url(service, "app"),
            "CLIENT_SECRET": PASSWORD,
            "EVENTS_TRANSPORT": self.transport,
            "EVENTS_SECRET": EVENTS_SECRET,
            "AMQP_URL": self.broker.url.replace(f":{self.broker.port}/", f":{port}/"),
            "IDENTITY_URL": "http://127.0.0.1:9",
            "ANALYTICS_URL": f"http://127.0.0.1:{port}",
            **self._extra,
        }

    def _target(self) -> tuple[str, int]:
        return "127.0.0.1", self.webs[0] if self.transport == "http" else self.broker.port

    def _proxy(self) -> Proxy:
        return Proxy(self._target(), AmqpAcks if self.transport == "amqp" else HttpAcks)

    def _url(self, service: str, role: str) -> str:
        return self.postgres.url(service, f"{service}_{role}", PASSWORD)
