"""Our notices that an organization may word itself, since it speaks in them to its own people."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from jinja2 import meta
from jinja2.sandbox import SandboxedEnvironment

from notifications.rules.content import Content, compose
from notifications.rules.notices import notice
from notifications.rules.templating import GIVEN


@dataclass(frozen=True)
class Notice:
    """``variables`` with a sample of each; without those it ``needs`` the notice would be of no use."""

    channels: tuple[str, ...]
    variables: Mapping[str, str]
    needs: frozenset[str] = frozenset()


CATALOGUE: Mapping[str, Notice] = {
    "invitation": Notice(
        ("email",),
        {"url": "https://ufadhili.example/accept?token=sample", "expires": "1 March 2027, 09:00 UTC"},
        frozenset({"url"}),
    ),
    "enrollment_completed": Notice(("in_app",), {"day": "1 March 2027, 09:00 UTC"}),
    "sponsorship_activated": Notice(("in_app",), {"day": "1 March 2027, 09:00 UTC"}),
    "sponsorship_ended": Notice(("in_app",), {"day": "1 March 2027, 09:00 UTC"}),
    "report": Notice(("email",), {"title": "Sponsor dashboard", "day": "1 March 2027, 09:00 UTC"}),
}

_SAMPLE = {"name": "Amina Otieno", "organization_name": "Tumaini Trust", "purpose": "member"}


class Wording(Protocol):
    """A template's words."""

    subject: str
    body: str
    format: str


def in_own_words(own: Wording, key: str, facts: Mapping[str, Any]) -> Content:
    """The notice as the organization words it. Raises BadTemplate."""
    values = {name: str(facts[name]) for name in CATALOGUE[key].variables}
    given = {"recipient_name": facts.get("name") or "", "organization_name": facts["organization_name"]}
    return compose(own.subject, own.body, own.format, {**values, **given})


def ours(key: str) -> Content:
    """How we word it, with samples."""
    return notice(key, {**_SAMPLE, **CATALOGUE[key].variables, "public_url": "https://ufadhili.example"})


def sampled(key: str, given: Mapping[str, str]) -> dict[str, str]:
    """A value for every variable of the notice: those given, else the samples."""
    common = {"recipient_name": _SAMPLE["name"], "organization_name": _SAMPLE["organization_name"]}
    return {**common, **CATALOGUE[key].variables, **given}


def unused(key: str, body: str) -> frozenset[str]:
    """Variables the notice needs and the body does not use."""
    used = meta.find_undeclared_variables(SandboxedEnvironment().parse(body))
    return CATALOGUE[key].needs - used


def allowed(key: str) -> frozenset[str]:
    """What a caller may give values for."""
    return GIVEN | set(CATALOGUE[key].variables)
