"""Sending the OneRoster zip, and following it until everything is in."""

import io
from collections.abc import Callable, Sequence
from typing import Any

from star.account import Account
from star.data import School
from star.errors import Stopped
from star.oneroster import write
from star.waiting import follow

IMPORTS = "/api/v1/programs/imports/"


def roster_zip(run_id: str, schools: Sequence[School] | None, reached: Sequence[School] | None) -> bytes:
    """The zip, the same bytes each time for the same run: of these schools, or all; with whose addresses, or all."""
    content = io.BytesIO()
    write(content, run_id, schools, reached)
    return content.getvalue()


def send_roster(account: Account, content: bytes, progress: Callable[[str], None]) -> Any:
    """Import the zip and return the import once all of it is in.

    ``progress`` is told of each tenth. Raises Stopped when the zip, or any row of it, was refused.
    """
    sent = account.upload(IMPORTS, content, "import")

    def look() -> tuple[int, int, Any | None]:
        found = account.get(f"{IMPORTS}{sent['id']}/")
        return found["read"], found["rows"], found if found["state"] in ("done", "failed") else None

    found = follow("the import to go on", account.client, look, lambda part: progress(f"{part} % of the rows are in"))
    if found["state"] == "failed":
        raise Stopped(f"The import was refused: {found['problem']['message']}")
    if found["errors"]:
        raise Stopped(f"{found['errors']} rows were refused; {IMPORTS}{sent['id']}/errors/ lists them.")
    return found


def rows_in(found: Any, name: str) -> int:
    """How many rows of one of its files an import has taken in."""
    return next(int(file["read"]) for file in found["files"] if file["name"] == name)
