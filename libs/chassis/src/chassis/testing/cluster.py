"""One embedded PostgreSQL a test process, and each service's migrated database in it."""

import atexit
import shutil
import tempfile
from pathlib import Path

import psycopg

from chassis import migrate
from chassis.service import Service

PASSWORD = "only-for-tests"  # noqa: S105 - of databases that live as long as a test run


class _Cluster:
    """One embedded PostgreSQL a test process, and each service's template database in it."""

    def __init__(self) -> None:
        from local.postgres import Server

        folder = Path(tempfile.mkdtemp(prefix="ufadhili-tests-"))
        self.server = Server(folder, durable=False)
        self.server.start()
        atexit.register(shutil.rmtree, folder, ignore_errors=True)
        atexit.register(self.server.stop)
        self._templates: set[str] = set()
        self._shared: dict[str, str] = {}
        self._copies = 0

    def template(self, service: Service) -> str:
        """The name of the service's migrated database, which is only ever copied."""
        if service.name not in self._templates:
            self.create(service.name)
            migrate.upgrade(service.migrations, self.url(service.name, f"{service.name}_owner"))
            self._templates.add(service.name)
        return service.name

    def copy(self, service: Service) -> str:
        """A fresh copy of the service's migrated database."""
        template = self.template(service)
        self._copies += 1
        name = f"{service.name}_copy_{self._copies}"
        with psycopg.connect(self.server.superuser_dsn(), autocommit=True) as connection:
            connection.execute(f'create database "{name}" template "{template}" owner "{template}_owner"')
        return name

    def shared_copy(self, service: Service) -> str:
        """The copy in which every test's writes are rolled back."""
        if service.name not in self._shared:
            self._shared[service.name] = self.copy(service)
        return self._shared[service.name]

    def create(self, name: str) -> None:
        from local.postgres import create_database

        create_database(self.server.superuser_dsn(), name, PASSWORD, PASSWORD)

    def url(self, database: str, role: str) -> str:
        return self.server.url(database, role, PASSWORD)


_cluster: list[_Cluster] = []


def cluster() -> _Cluster:
    """The process's embedded PostgreSQL, started when first asked for."""
    if not _cluster:
        _cluster.append(_Cluster())
    return _cluster[0]
