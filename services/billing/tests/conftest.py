"""Billing, and what its stories share."""

import pytest

from billing.app import SERVICE
from chassis.service import Service


@pytest.fixture
def service() -> Service:
    return SERVICE
