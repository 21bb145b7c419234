"""Let an organization word our notices to its own people in its own way, and go back to ours."""

from typing import Any

from sqlalchemy import text
from sqlalchemy.orm import Session

from chassis.auth import Caller
from chassis.clock import now
from chassis.errors import Invalid
from chassis.ids import new_id
from notifications.errors import NoSuchNotice
from notifications.models import Template
from notifications.queries.templates import own_wording, own_wordings
from notifications.rules.catalogue import CATALOGUE, Notice, allowed, ours, sampled, unused
from notifications.usecases.people import organization
from notifications.usecases.preview_template import read_with, refuse_unknown, sized
from notifications.usecases.save_template import checked, keep_version, reworded, show

# Two who word the same notice at once come one after the other, so that neither meets the other's half-made row.
_ONE_BY_ONE = text("select pg_advisory_xact_lock(hashtextextended('notifications.wording.' || :name, 0))")


def list_notices(session: Session, caller: Caller) -> list[dict[str, Any]]:
    """Every notice that can be worded, as it reads for this organization's people."""
    own = own_wordings(session, organization(caller))
    return [
        _shown(key, channel, own.get((key, channel)))
        for key, notice in CATALOGUE.items()
        for channel in notice.channels
    ]


def word_notice(session: Session, caller: Caller, key: str, channel: str, **words: Any) -> dict[str, Any]:
    """``words`` are subject, body and format. The next version. Raises NoSuchNotice and Invalid."""
    notice, organization_id = _find(key, channel), organization(caller)
    wanted = {**words, "variables": sorted(notice.variables), "name": f"{key} ({channel})"}
    checked(wanted)
    if missing := unused(key, wanted["body"]):
        raise Invalid.field("body", f"This notice is of no use without: {', '.join(sorted(missing))}.")
    session.execute(_ONE_BY_ONE, {"name": f"{organization_id}.{key}.{channel}"})
    found = own_wording(session, organization_id, key, channel, lock=True)
    if found is None:
        found = _first(session, caller, key, channel, wanted)
    else:
        reworded(session, caller, found, wanted)
    return _shown(key, channel, found)


def take_back_wording(session: Session, caller: Caller, key: str, channel: str) -> None:
    """From now on it reads as we word it. Again changes nothing. Raises NoSuchNotice."""
    _find(key, channel)
    found = own_wording(session, organization(caller), key, channel, lock=True)
    if found is not None:
        session.delete(found)


def preview_notice(
    session: Session, caller: Caller, key: str, channel: str, *, variables: dict[str, str], **words: str
) -> dict[str, Any]:
    """These words, else the organization's, else ours, with these values, else samples. Raises as ``word_notice``."""
    notice = _find(key, channel)
    refuse_unknown(variables, allowed(key))
    if words:
        own: dict[str, Any] = {"format": "text", **words, "variables": sorted(notice.variables)}
        checked(own)
        return read_with(own, sampled(key, variables))
    found = own_wording(session, organization(caller), key, channel)
    return sized(ours(key)) if found is None else read_with(show(found), sampled(key, variables))


def _find(key: str, channel: str) -> Notice:
    notice = CATALOGUE.get(key)
    if notice is None or channel not in notice.channels:
        raise NoSuchNotice()
    return notice


def _first(session: Session, caller: Caller, key: str, channel: str, wanted: dict[str, Any]) -> Template:
    at = now()
    made = {"id": new_id(), "organization_id": organization(caller), "created_at": at, "updated_at": at}
    template = Template(key=key, channel=channel, version=1, **made, **wanted)
    session.add(template)
    session.flush()
    keep_version(session, caller, template)
    return template


def _shown(key: str, channel: str, own: Template | None) -> dict[str, Any]:
    notice = CATALOGUE[key]
    facts = {"key": key, "channel": channel, "variables": sorted(notice.variables), "needs": sorted(notice.needs)}
    if own is None:
        return {**facts, "own": False, "version": None, "preview": sized(ours(key))}
    words = show(own)
    preview = read_with(words, sampled(key, {}))
    return {**facts, "own": True, **{name: words[name] for name in ("version", "format", "subject", "body")},
            "preview": preview}  # fmt: skip
