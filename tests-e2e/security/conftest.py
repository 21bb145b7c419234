"""The six services, each in this process with its own database, behind its real doors."""

from collections.abc import Iterator
from importlib import import_module

import jwt
import pytest
from cryptography.hazmat.primitives import serialization
from flask import Flask

from chassis.database import Database
from chassis.ids import new_id
from chassis.testing import KEY
from chassis.testing.apps import shared_application
from contracts.subscriptions import SERVICES


@pytest.fixture(params=SERVICES)
def house(request: pytest.FixtureRequest, needed_by_identity: dict[str, str]) -> Iterator[Flask]:
    """Each service in turn; what its answers write is rolled back."""
    # No worker makes reports here: nobody waits for one.
    variables = needed_by_identity if request.param == "identity" else {"REPORT_WAIT_SECONDS": "0"}
    found = shared_application(import_module(f"{request.param}.app").SERVICE, variables)
    database: Database = found.extensions["database"]
    with database.engine.connect() as connection:
        outer = connection.begin()
        with database.bound_to(connection):
            yield found
        outer.rollback()


@pytest.fixture(scope="session")
def needed_by_identity(tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    """Settings that no other service has."""
    folder = tmp_path_factory.mktemp("signing-keys")
    private = KEY.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "first.pem").write_bytes(private)
    return {"SIGNING_KEYS_DIR": str(folder), "CLIENT_SECRETS": "billing:billing-secret,gateway:gateway-secret"}


@pytest.fixture
def who(house: Flask) -> dict[str, str]:
    """Whose tokens the caller holds: in identity somebody with an account, for it knows which sessions live."""
    if house.name != "identity":
        return {"sub": str(new_id()), "sid": str(new_id())}
    account = {"email": f"{new_id()}@example.org", "password": "a long enough passphrase 7", "name": "Amina"}
    answer = house.test_client().post("/api/v1/auth/signup/", json=account)
    claims = jwt.decode(answer.json["tokens"]["access_token"], options={"verify_signature": False})
    return {"sub": claims["sub"], "sid": claims["sid"]}
