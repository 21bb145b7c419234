"""What the stories of billing share: a shop, on a database that really commits or on one that is rolled back."""

import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask

from billing.app import SERVICE
from billing.clients.gateways import Gateways
from billing.clients.programs import Programs
from billing.settings import Settings
from chassis.database import Database
from chassis.ids import new_id
from chassis.render import Renderer
from chassis.service import Service
from chassis.testing import Committing
from chassis.wiring import provide

sys.path.insert(0, str(Path(__file__).parent))

from billing_shop.listening import listening
from billing_shop.printer import Printer
from billing_shop.shop import API, Shop
from billing_shop.till import QuickShop, Till
from billing_shop.told import organization_created


@pytest.fixture
def service() -> Service:
    return SERVICE


@pytest.fixture
def serve() -> Callable[[Any], Any]:
    """Serve a WSGI app for a while: ``with serve(app) as url``."""
    return listening


@pytest.fixture
def shop(committing: Committing) -> Iterator[Shop]:
    """The shop, with one organization it has heard of."""
    shop = Shop(committing.app, committing.database, new_id())
    with listening(committing.app) as url:
        gateway = replace(shop.settings.gateway, webhook_url=f"{url}{API}/webhooks/sandbox/")
        provide(shop.database, Settings, replace(shop.settings, gateway=gateway))
        provide(shop.database, Programs, shop.seats)
        shop.use_provider(shop.sandbox.url)
        shop.hear(organization_created(shop.organization))
        yield shop
        shop.sandbox.close()


@pytest.fixture
def quick(app: Flask, database: Database) -> QuickShop:
    """A shop for stories that are not about the provider."""
    till = Till(database.provided[Settings].gateway)  # type: ignore[attr-defined]
    shop = QuickShop(app, database, new_id(), till)
    provide(database, Gateways, Gateways(shop.till))
    provide(database, Programs, shop.seats)
    shop.hear(organization_created(shop.organization))
    return shop


@pytest.fixture
def printer(quick: QuickShop) -> Printer:
    """What prints the quick shop's documents."""
    printer = Printer()
    provide(quick.database, Renderer, printer)
    return printer
