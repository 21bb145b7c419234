"""No process starts in production with a secret that is none; the variable is named, its value never shown."""

from collections.abc import Callable
from typing import Any

import pytest

from chassis.check.secrets import pairs, problems, weakness

PASSWORD = "vD3xq0ZbT9mKfR7wYc5L"
GOOD = "q8Hn2LcVz6TjXw0bRk4M"


@pytest.mark.parametrize(
    ("secret", "why"),
    [
        ("", "is empty"),
        ("guest", "is a well-known default"),
        ("PostgreSQL", "is a well-known default"),
        ("documentation", "is a well-known default"),
        ("whsec_ZG9jdW1lbnRhdGlvbg==", "is a well-known default"),
        ("please-change-me-before-use", "is a placeholder"),
        ("whsec_Y2hhbmdlLW1lLWNoYW5nZS1tZQ==", "is a placeholder"),
        ("your_notification_key", "is a placeholder"),
        ("only-for-tests-and-no-more", "is a placeholder"),
        ("Xk29sQ", "is shorter than 16 characters"),
        ("whsec_Xk29sQ", "is shorter than 16 characters"),
        ("abababababababababab", "repeats a few characters"),
        (GOOD, None),
        ("9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08", None),
    ],
)
def test_what_is_no_secret_is_told(secret: str, why: str | None) -> None:
    assert weakness(secret) == why


def test_a_secret_is_used_once_but_a_service_is_also_its_own_caller() -> None:
    named = {"CLIENT_SECRET": lambda name, value: iter([(name, value)]), "CLIENT_SECRETS": pairs}
    other = "Zb5W1sPq9TnYk3Vd7RcX"
    told = {"CLIENT_SECRET": GOOD, "CLIENT_SECRETS": f"identity:{GOOD},billing:{other}"}
    assert problems(told, named, "identity") == {}
    told["CLIENT_SECRETS"] = f"identity:{other},billing:{GOOD}"
    assert problems(told, named, "identity") == {
        "CLIENT_SECRET": "is the same as CLIENT_SECRETS (billing)",
        "CLIENT_SECRETS (billing)": "is the same as CLIENT_SECRET",
    }


@pytest.mark.parametrize("command", ["web", "worker"])
def test_a_process_with_weak_secrets_does_not_start_in_production(
    start: Callable[..., Any], healthy: dict[str, str], command: str
) -> None:
    weak = {**healthy, "CLIENT_SECRET": "aSecretNobodyKnows", "EVENTS_SECRET": "whsec_Z3Vlc3Q="}
    weak["DATABASE_URL"] = weak["DATABASE_URL"].replace(PASSWORD, "aSecretNobodyKnows")
    said = start(command, **weak)
    assert said.status == 1
    assert said.err == (
        "settings: CLIENT_SECRET is the same as DATABASE_URL (password); "
        "DATABASE_URL (password) is the same as CLIENT_SECRET; EVENTS_SECRET is a well-known default\n"
    )
    assert said.out == ""


def test_the_checklist_names_them_too_and_shows_no_value(check: Callable[..., Any]) -> None:
    said = check(CLIENT_SECRET="hunter2hunter2", EVENTS_SECRET="whsec_Y2hhbmdlLW1lLWNoYW5nZS1tZQ==")
    assert "CLIENT_SECRET is shorter than 16 characters" in said.out
    assert "EVENTS_SECRET is a placeholder" in said.out
    assert "hunter2" not in said.out
    assert PASSWORD not in said.out


def test_missing_and_bad_variables_are_points_of_the_checklist(check: Callable[..., Any]) -> None:
    said = check(CLIENT_SECRET=None, UFADHILI_ENV="prod", PORT="eighty")
    assert said.status == 1
    assert [line[27:].split(":")[0] for line in said.failing] == ["UFADHILI_ENV", "PORT", "CLIENT_SECRET"]
    assert said.err == ""


def test_an_environment_that_is_none_is_refused_at_start(start: Callable[..., Any], healthy: dict[str, str]) -> None:
    said = start("web", **{**healthy, "UFADHILI_ENV": "staging"})
    assert (said.status, said.out) == (1, "")
    assert said.err.startswith("settings: UFADHILI_ENV: Must be one of: local, production")
