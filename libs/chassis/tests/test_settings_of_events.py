"""How events travel is asked once, at start, and a mistake is told without repeating a secret."""

from unittest.mock import patch

import pytest

from chassis.settings import PLACEHOLDERS, ServiceSettings, load


def read(**variables: str) -> ServiceSettings:
    """The settings of a service with these variables and no others."""
    base = {name: value for name, value in PLACEHOLDERS.items() if name != "EVENTS_SECRET"}
    with patch.dict("os.environ", {**base, **variables}, clear=True):
        return load(ServiceSettings.read)


def refused(capsys: pytest.CaptureFixture[str], **variables: str) -> str:
    with pytest.raises(SystemExit) as told:
        read(**variables)
    return str(told.value.code) + capsys.readouterr().err


def test_http_needs_the_secret_and_no_broker(capsys: pytest.CaptureFixture[str]) -> None:
    assert read(EVENTS_SECRET="whsec_YQ==").events_transport == "http"
    assert "EVENTS_SECRET" in refused(capsys)


def test_amqp_needs_no_secret(capsys: pytest.CaptureFixture[str]) -> None:
    settings = read(EVENTS_TRANSPORT="amqp", AMQP_URL="amqps://us:them@broker.example:5671/ufadhili")
    assert settings.amqp_url.startswith("amqps://")
    assert settings.events_secret == ""


@pytest.mark.parametrize(
    "url", ["broker:5672", "http://broker", "amqp://", "amqp:///vhost", "amqp://us:topsecret@broker:port/"]
)
def test_what_is_no_broker_is_refused_without_being_repeated(capsys: pytest.CaptureFixture[str], url: str) -> None:
    said = refused(capsys, EVENTS_TRANSPORT="amqp", AMQP_URL=url)
    assert said == "settings: AMQP_URL: is no amqp:// or amqps:// URL"


def test_another_way_to_travel_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert "EVENTS_TRANSPORT" in refused(capsys, EVENTS_TRANSPORT="pigeon")
