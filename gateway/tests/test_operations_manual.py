"""The manual's table of settings is what the code reads: names, who, defaults, secrets."""

import os
import re
from collections import defaultdict
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from environs import Env

from chassis.render.__main__ import Settings as RendererSettings
from chassis.settings import SERVICE_NAMES

ROOT = Path(__file__).parents[2]
MANUAL = (ROOT / "docs" / "operations.md").read_text()
ROW = re.compile(r"^\| ([A-Z_]+) \|.*$", re.MULTILINE)
CELL = re.compile(r"(?<!\\)\|")
SITUATIONS: tuple[dict[str, str], ...] = (
    {},
    {"EVENTS_TRANSPORT": "amqp"},
    {"UFADHILI_ENV": "production"},
    {"PAYMENT_GATEWAY_URL": "https://pay.test", "UFADHILI_ENV": "production"},
    {"MPESA_SHORTCODE": "600000", "PAYPAL_CLIENT_ID": "AQ3Nx3uVq7Zd1c9b", "STRIPE_API_KEY": "sk_test_0a1b2c3d"},
)
DERIVED = {"PAYMENT_WEBHOOK_URL", "MPESA_CALLBACK_URL", "OPENAPI_FILE"}


class Reading:
    """An environment that remembers what it was asked for, and with what default."""

    def __init__(self) -> None:
        self.defaults: dict[str, str] = {}
        self._env = Env(eager=False)

    def __getattr__(self, kind: str) -> Any:
        def read(name: str, *default: Any, **options: Any) -> Any:
            self.defaults.setdefault(name, _told(default[0]) if default else "required")
            return getattr(self._env, kind)(name, *default, **options)

        return read

    def get(self, name: str, default: str) -> str:
        """As a mapping is read."""
        self.defaults[name] = _told(default)
        return default


def _told(default: Any) -> str:
    return "none" if default in ("", [], None) else str(default)


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> dict[str, dict[str, str]]:
    """Variable → who reads it → default."""
    for name in set(told()) & set(os.environ):
        monkeypatch.delenv(name)
    found: dict[str, dict[str, str]] = defaultdict(dict)
    for who in (*SERVICE_NAMES, "gateway"):
        for situation in SITUATIONS:
            with pytest.MonkeyPatch.context() as patch:
                for name, value in situation.items():
                    patch.setenv(name, value)
                reading = Reading()
                import_module(f"{who}.settings").Settings.read(reading)
            for name, default in reading.defaults.items():
                found[name].setdefault(who, default)
    reading = Reading()
    RendererSettings.read(reading)  # type: ignore[arg-type]
    for name, default in reading.defaults.items():
        found[name]["renderer"] = default
    return found


def told() -> dict[str, tuple[list[str], str, str]]:
    """Variable → who reads it, default, kind of secret, as the manual says."""
    rows = ([cell.strip() for cell in CELL.split(row.group())] for row in ROW.finditer(MANUAL))
    return {name: (who.split(", "), default.replace("\\|", "|"), secret) for _, name, who, default, secret, *_ in rows}


def test_every_variable_is_in_the_table_with_its_readers_and_its_default(read: dict[str, dict[str, str]]) -> None:
    table = told()
    assert set(read) - set(table) == set()
    for name, readers in read.items():
        who, default, _ = table[name]
        assert set(readers) == {each for one in who for each in (SERVICE_NAMES if one == "services" else (one,))}, name
        if name not in DERIVED:
            special = dict(part.strip().split(" ", 1) for part in default.split(";")[1:])
            first = default.split(";")[0].strip()
            assert {each: special.get(each, first) for each in readers} == readers, name


def test_every_secret_is_marked_and_nothing_else() -> None:
    secret = {"DATABASE_OWNER_URL", "SIGNING_KEYS_DIR"}
    for who in (*SERVICE_NAMES, "gateway"):
        secret |= set(import_module(f"{who}.settings").Settings.secrets)
    assert {name for name, (_, _, kind) in told().items() if kind} == secret


def test_what_no_settings_class_reads_is_read_somewhere(read: dict[str, dict[str, str]]) -> None:
    files = [path for folder in ("libs", "gateway") for path in (ROOT / folder).glob("**/src/**/*.py")]
    code = "\n".join(path.read_text() for path in files)
    assert [name for name in set(told()) - set(read) if name.removesuffix("ENDPOINT") not in code] == []


def test_every_link_within_the_manual_leads_somewhere() -> None:
    headings = re.findall(r"^#+ (.+)$", MANUAL, re.MULTILINE)
    anchors = {re.sub(r"[^a-z0-9 -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", MANUAL)) - anchors == set()
    for file in re.findall(r"`((?:deploy|docs|gateway|libs)/[\w./-]+)`", MANUAL):
        assert (ROOT / file).exists(), file
