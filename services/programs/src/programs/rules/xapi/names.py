"""By which names statements know a student, and what a statement waits for that names nobody or nothing known yet."""

import hashlib
from typing import Any
from uuid import UUID

from programs.rules.addresses import BadAddress, normalized
from programs.rules.xapi.shapes import read_uuid


def actor_names(actor: dict[str, Any]) -> list[str]:
    """What an actor may be known as here, the likeliest first; the home page of an account does not matter."""
    if "mbox" in actor:
        return [f"mbox {email}"] if (email := _email(actor["mbox"])) else []
    if "mbox_sha1sum" in actor:
        return [f"sum {actor['mbox_sha1sum'].lower()}"]
    name = actor.get("account", {}).get("name", "")
    found = read_uuid(name)
    return [f"account {one}" for one in dict.fromkeys((name, str(found or name))) if one]


def student_names(student_id: UUID, external_id: str | None, email: str | None) -> list[str]:
    """What statements may call a student: by our id, by the organization's own, by the address or its sum."""
    names = [f"account {one}" for one in (student_id, external_id) if one]
    return [*names, f"mbox {email}", f"sum {_sum(email)}"] if email else names


def course_name(word: str) -> str:
    """What a statement waits for whose course is not known by this word."""
    return f"course {word}"


def _email(mbox: str) -> str:
    try:
        return normalized(mbox.removeprefix("mailto:"))
    except BadAddress:
        return ""


def _sum(email: str) -> str:
    return hashlib.sha1(f"mailto:{email}".encode()).hexdigest()  # noqa: S324 - the form the specification asks for
