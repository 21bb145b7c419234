"""Every figure has one definition, and it is here: words, formula, what it can be broken down by.

The metric list, the answers, the cohort report and the PDF all read these. When a formula changes, its
``version`` goes up.
"""

from dataclasses import dataclass

from contracts.small_groups import SMALL_GROUP


@dataclass(frozen=True)
class Definition:
    """One metric. ``unit`` is ``percent`` (0 to 100) or ``currency`` (major units); ``groups`` its breakdowns."""

    key: str
    title: str
    unit: str
    formula: str
    description: str
    groups: tuple[str, ...]
    version: int = 1


SEAT_UTILIZATION = Definition(
    key="seat_utilization",
    title="Seat utilization",
    unit="percent",
    formula="seats held ÷ seats purchased, in per cent",
    description=(
        "Held: seats assigned to a student and not released at the moment asked for. Purchased: seats of every "
        "grant whose window is open then. For a cohort, purchased means the seats it may fill: those bought for it "
        "and those of the pool that no other cohort holds, at most its cap; the cohorts' seats therefore do not "
        "add up to the pool. Unknown when no seat is purchased."
    ),
    groups=("month", "cohort"),
)
COMPLETION_RATES = Definition(
    key="completion_rates",
    title="Completion",
    unit="percent",
    formula="completed enrolments ÷ enrolments not withdrawn, in per cent",
    description=(
        "Enrolments that began in the period and had not been withdrawn by its end; completed, of those, by its "
        "end. An enrolment taken up again counts as never left. By course: enrolments in a cohort that takes the "
        "course, completed when a result or recorded progress says so. The series tells the state at the end of each "
        "month."
    ),
    groups=("month", "cohort", "course", "school", "grade_level"),
)
PLACEMENT_METRICS = Definition(
    key="placement_metrics",
    title="Placement",
    unit="percent",
    formula="completed enrolments whose student found work ÷ completed enrolments, in per cent",
    description=(
        "Completed enrolments as for completion; placed, of those, when a placement of the student is recorded by "
        "the end of the period. Salaries are first-year salaries in the organization's currency, told only for "
        "five or more."
    ),
    groups=("month", "cohort"),
)
ROI_ANALYSIS = Definition(
    key="roi_analysis",
    title="Return on investment",
    unit="currency",
    formula="money paid ÷ active students",
    description=(
        "Paid: payments completed in the period, in the organization's currency. Active students: people with an "
        "enrolment that began by the end of the period and had not been withdrawn by then; each month of the series by "
        "its own end. Also told: paid ÷ completions, ÷ certificates and ÷ placements in the period. Whole units of the "
        "currency, halves to the even side; unknown when nobody is there to divide by. The baseline is the same of all "
        "organizations with this currency, in the whole months the period touches in which at least 5 of them paid, "
        "made hourly; unknown when there is no such month."
    ),
    groups=("month", "cohort"),
    version=2,
)

DEFINITIONS = {each.key: each for each in (SEAT_UTILIZATION, COMPLETION_RATES, PLACEMENT_METRICS, ROI_ANALYSIS)}

FEW_ORGANIZATIONS = 5
"""The platform's baseline is told for at least so many organizations, so that nobody finds another's money in it."""

TREND_MONTHS, TREND_POINTS, TREND_PART = 3, 2, 5
TREND = (
    f"The last point of the series beside the one {TREND_MONTHS} months before. A rate improves when it has risen by "
    f"{TREND_POINTS} percentage points or more and declines when it has fallen by as much; money for each student "
    f"improves when it has fallen by {TREND_PART} per cent or more and declines when it has risen by as much. "
    "Otherwise it is stable; unknown when one of the two is unknown."
)

QUIET_DAYS = 30
"""Days without a result after which an active student of a running cohort is at risk."""
LOW_SHARE = 4
"""Low means within the lowest one in this many of the cohort's latest scores in the course."""

AT_RISK = (
    "An enrolment that is neither completed nor withdrawn is at risk when the cohort is running and no result or "
    f"progress in its courses, mentor session or lab use is dated within the last {QUIET_DAYS} days (counted from the "
    "enrolment, when there is none), or when the latest score in a course lies in the lowest quarter of the cohort's "
    "latest scores there and below the student's own score before it."
)

WITHHELD = (
    f"A group of fewer than {SMALL_GROUP} people, one of whom did not consent, is withheld, and the next smallest "
    "groups with it, so that subtraction does not reveal it."
)

PAYMENTS = (
    "Invoiced: invoices issued in the period, less what was corrected of them since. Paid: payments completed in it. "
    "Due: of those invoices, what is not settled by its end. In the organization's currency."
)
RESULTS = (
    "The mean of each student's latest score in the course, of students who have not withdrawn; a student without "
    "a score is left out."
)
IMPROVEMENT = (
    "By subject area: the mean of each student's latest score in the cohort's last course of the area less that in "
    "its first, in the order in which the cohort takes them, of students with a score in both."
)
COHORT_PAYMENTS = (
    "A cohort's money is what names the cohort: seats bought into the organization's pool count for the whole "
    "organization and are not divided among its cohorts."
)
