"""What is told of a report before it is fetched."""

from datetime import date
from typing import Any

from sqlalchemy import Row

from analytics.rules.partner.titles import days, title

_READY = "Report generated successfully. Download link valid for 24 hours."
_WAITING = "The report is being made. Ask again, or follow the download link, in a moment."


def is_made(row: Row[Any]) -> bool:
    """Whether it can be fetched."""
    return bool(row.state == "made")


def answer(row: Row[Any], today: date) -> dict[str, Any]:
    """Every field that either document names."""
    made = is_made(row)
    return {
        "report_id": row.report_id,
        "kind": row.kind,
        "form": row.form,
        "title": title(row.kind, row.since, row.until),
        "period": days(row.since, row.until or today),
        "generated_at": row.generated_at,
        "expires_at": row.expires_at,
        "download_url": f"/api/v1/partner/reports/{row.report_id}/download",
        "summary": row.summary,
        "message": _READY if made else _WAITING,
        "status": "completed" if made else "pending",
    }
