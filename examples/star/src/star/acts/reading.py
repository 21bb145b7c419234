"""What the sponsor reads, asks and writes once results are there."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from star.acts.enrol import batches
from star.acts.families import Guardian
from star.acts.sponsor import Sponsor
from star.data import School
from star.errors import Refused, Stopped
from star.waiting import until

METRICS = ("seat_utilization", "completion_rates", "placement_metrics", "roi_analysis")
_MOST_CHECKED = 1_000
_SETTLED = ("sent", "delivered", "opened", "failed")


@dataclass(frozen=True)
class Listed:
    """A cohort's list: some of its lines, and how many students it names."""

    school: str
    lines: list[Any]
    named: int
    total: int


@dataclass(frozen=True)
class Withdrawal:
    """What the sponsor saw of one child before the guardian took the consent back; nothing in a run taken up again."""

    child: str
    before: Any | None


def watch_withdrawal(sponsor: Sponsor, guardian: Guardian) -> Withdrawal:
    """Read the child's progress, let the guardian withdraw, and try to read again. Raises Stopped if that goes."""
    before = progress_of(sponsor, guardian.student_id)
    guardian.decide(sponsor.organization_id, granted=False)
    if progress_of(sponsor, guardian.student_id) is not None or may_see(sponsor, guardian.student_id):
        raise Stopped(f"The consent for {guardian.child} was taken back, but the next request was still answered.")
    return Withdrawal(guardian.child, before)


@dataclass(frozen=True)
class SponsorSees:
    """Figures, lists, whom the sponsor may see, a letter and what became of it."""

    metrics: dict[str, Any]
    lists: list[Listed]
    asked: int
    visible: int
    message: Any


def sponsor_sees(sponsor: Sponsor, schools: Sequence[School], student_ids: Sequence[str]) -> SponsorSees:
    """Everything the sponsor looks at, and a letter to the first school."""
    return SponsorSees(
        message=write_to(sponsor, schools[0]),
        metrics=read_metrics(sponsor),
        lists=[list_school(sponsor, school) for school in schools],
        asked=len(student_ids),
        visible=count_visible(sponsor, student_ids),
    )


def may_see(sponsor: Sponsor, student_id: str) -> bool:
    """Whether the sponsor may see the student at this moment. Asked anew each time: no key, no replay."""
    body = {"student_id": student_id, "scope": "sponsor_view"}
    return bool(sponsor.account.ask("/api/v1/privacy/check/", body)["allowed"])


def count_visible(sponsor: Sponsor, student_ids: Sequence[str]) -> int:
    """How many of these students the sponsor may see at this moment."""
    found = 0
    for some in batches(student_ids, _MOST_CHECKED):
        body = {"student_ids": list(some), "scope": "sponsor_view"}
        decisions = sponsor.account.ask("/api/v1/privacy/check/", body)["decisions"]
        found += sum(decision["allowed"] for decision in decisions)
    return found


def progress_of(sponsor: Sponsor, student_id: str) -> Any | None:
    """The student's progress, or None when it is not the sponsor's to see."""
    try:
        return sponsor.account.get(f"/api/v1/programs/students/{student_id}/progress/")
    except Refused as refused:
        if refused.status == 403:
            return None
        raise


def list_school(sponsor: Sponsor, school: School) -> Listed:
    """The whole list; who consented by name, the others by pseudonym. Its lines: the first few of each kind."""
    path = f"/api/v1/programs/cohorts/{sponsor.cohorts[school.id]}/enrollments/list/"
    items = list(sponsor.account.items(path))
    named = [item for item in items if not item["student"]["pseudonymous"]]
    others = [item for item in items if item["student"]["pseudonymous"]]
    return Listed(school.name, [*named[:2], *others[:2]], len(named), len(items))


def read_metrics(sponsor: Sponsor) -> dict[str, Any]:
    """The sponsor's metrics by key."""
    return {key: sponsor.account.get(f"/api/v1/analytics/metrics/{key}/") for key in METRICS}


def write_to(sponsor: Sponsor, school: School) -> Any:
    """Write to a cohort and wait until nothing of the message is under way; returns the message."""
    body = {
        "audience": {"cohort_id": sponsor.cohorts[school.id]},
        "channels": ["email"],
        "subject": "Your results have arrived",
        "body": "Dear student, the results of your school years are in. We are glad to have you with us.",
    }
    sent = sponsor.account.post("/api/v1/notifications/send/", body, "message", school.id)
    path = f"/api/v1/notifications/messages/{sent['message_id']}/"

    def settled() -> Any | None:
        message = sponsor.account.get(path)
        done = sum(message["states"].get(state, 0) for state in _SETTLED)
        return message if done == sent["recipients"] else None

    return {**until("the message to go out", sponsor.account.client, settled), "sent": sent}


def download_papers(sponsor: Sponsor, school: School, out: Path) -> dict[str, Path]:
    """The sponsor's report, a cohort's report and the invoice, as PDF files."""
    invoice = sponsor.account.get("/api/v1/billing/invoices/")["items"][0]
    cohort = sponsor.cohorts[school.id]
    papers = {
        "the sponsor's report": ("sponsor-report.pdf", "/api/v1/analytics/dashboards/sponsor/pdf/"),
        f"the report of {school.name}": ("cohort-report.pdf", f"/api/v1/analytics/dashboards/cohort:{cohort}/pdf/"),
        f"the invoice {invoice['number']}": (f"{invoice['number']}.pdf", invoice["pdf_url"]),
    }
    return {what: _save(sponsor.account.download(path), out / name) for what, (name, path) in papers.items()}


def _save(content: bytes, path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path
