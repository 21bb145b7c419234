"""What each figure about a partner's students and money means; served with the figures.

When one changes in meaning, ``VERSION`` goes up.
"""

from analytics.rules.definitions import FEW_ORGANIZATIONS, TREND_POINTS
from analytics.rules.partner.bands import BANDS
from contracts.small_groups import SMALL_GROUP

VERSION = 1

_EXCELLENT, _GOOD, _LOW = (BANDS[name] for name in ("excellent", "good", "needs_improvement"))

SPONSORED = (
    "A sponsored student has a sponsorship that became active by the end of the period and was not cancelled by then "
    "nor completed before it began, or is in a program that does not end before it. Covered courses are those that "
    "the sponsorship or program names, or, when it names none, all; what any academy records in them counts, from the "
    "start of the sponsorship (in a program: from its start or the student's joining, whichever is later) and within "
    "the period, by the day it is dated. Days are those of your organization's time zone."
)
SCORE = (
    "A score is the percentage of the best possible one, from 0 to 100; a result without a best possible one has none. "
    "A student's average is the mean of the latest score in each covered course. Averages of several are the means of "
    "the students' own averages. Unknown without a score."
)
IMPROVEMENT = (
    "A student's change is the mean, over the covered courses with two scores or more, of the latest score less the "
    "first, in percentage points; the average improvement is the mean of the students' changes. Unknown when no course "
    "has two scores."
)
TREND = (
    f"Improving: a change of {TREND_POINTS} percentage points or more; declining: of -{TREND_POINTS} or less; stable "
    "between. Unknown, and counted nowhere, when the change is."
)
COMPLETION = (
    "Of the covered courses that students have begun (a result or progress is recorded), the per cent that a result or "
    "recorded progress says are completed; one student in one course counts once. Unknown when none is begun."
)
INVESTED = (
    "Money allocated to your sponsorships and programs, less what was taken back, in your organization's currency and "
    "dated within the period."
)
TUTOR = (
    "Mentor sessions that were held and recorded, of a minute or more: what a software tutor does is "
    "counted as far as it is recorded so."
)
COURSES = (
    "Different courses that the sponsorships and programs of sponsored students name, and covered courses they began."
)
NAMES = (
    "Students are named with their consent at this moment; all others stand under a pseudonym, without id, grade, "
    "county and sponsorship. Filters by grade and county find only who is named."
)
STATS: dict[str, str] = {
    "sponsored": SPONSORED,
    "sponsorships": "All that were created, whatever became of them. Active: those that became so and have not ended.",
    "total_invested": INVESTED,
    "average_student_score_improvement": f"{IMPROVEMENT} {SCORE}",
    "courses_funded": COURSES,
    "payment_summary": (
        "Paid: payments that arrived, less refunds. Pending: payments for funding that neither arrived nor failed. "
        "Next: everything planned for the earliest day of which something has been neither released nor cancelled."
    ),
    "recent_milestones": f"The latest ten courses completed, certificates and milestones of the students. {NAMES}",
    "impact_snapshot": f"{TREND} {COMPLETION}",
}
STUDENTS: dict[str, str] = {
    "sponsored": SPONSORED,
    "names": NAMES,
    "sponsorship_type": "Of the latest sponsorship; `program` for who is in a program only.",
    "courses_enrolled": "Different covered courses that are named or begun.",
    "courses_completed": "Covered courses that a result or recorded progress says are completed.",
    "average_score": SCORE,
    "score_change": IMPROVEMENT,
    "performance_trend": TREND,
    "ai_tutor_sessions": TUTOR,
    "last_active": "The latest result, progress, mentor session or lab use; a result is as of its day's first moment.",
    "aggregate": "Of everybody whom the filters find.",
}
IMPACT: dict[str, str] = {
    "period": "The calendar's quarter or year that is running, or everything, in your organization's time zone.",
    "students_reached": SPONSORED,
    "courses_funded": COURSES,
    "total_investment": INVESTED,
    "average_score_improvement": f"{IMPROVEMENT} {SCORE}",
    "course_completion_rate": COMPLETION,
    "students_advancing_grade": (
        "Sponsored students of whom an organization, within the period and since the sponsorship began, told a higher "
        "grade than it had told before, and told no lower one since. Grades are told without a day: they count as of "
        "the moment they were told. Unknown when no grade of any sponsored student is known as a number."
    ),
    "certificates_earned": "Certificates for covered courses earned in the period, any when no courses are named.",
    "ai_tutor_sessions": TUTOR,
    "comparison_to_platform": (
        f"The same of all students and courses on the platform, made hourly; unknown while fewer than "
        f"{FEW_ORGANIZATIONS} organizations record results in the period."
    ),
    "roi_metrics": (
        "The investment of the period for each student reached, each covered course completed and each certificate "
        "earned in it. Whole units of the currency, halves to the even side; unknown when there is none to divide by."
    ),
}
OUTCOMES: dict[str, str] = {
    "total_students": SPONSORED,
    "by_performance": (
        f"By the student's average: excellent from {_EXCELLENT}, good from {_GOOD}, needs_improvement from {_LOW}, "
        f"at_risk below. Per cent of the students who have a score; who has none is in no band. {SCORE}"
    ),
    "by_subject": (
        "Covered courses by their subject area. The score is the mean of the latest score of each student in each "
        f"course. {COMPLETION}"
    ),
    "score_trend": "The mean of all scores dated in the month; months without any are left out.",
    "withheld": f"A mean over fewer than {SMALL_GROUP} students, one of whom did not consent, is withheld (null).",
    "grade_level": (
        "Of a grade with so few sponsored students that it is withheld, with the next smallest grades, only those who "
        "consented are counted."
    ),
}

_LEARNING: dict[str, str] = {
    "students_reached": SPONSORED,
    "average_score": SCORE,
    "avg_score_improvement": IMPROVEMENT,
    "completion_rate": COMPLETION,
}
_TABLES: dict[str, str] = {
    "by_performance": (
        f"By the student's average: excellent from {_EXCELLENT}, good from {_GOOD}, needs improvement from {_LOW}, at "
        "risk below; shares are of the students who have a score."
    ),
    "by_subject": "Covered courses by their subject area; the score is the mean of the students' latest in each.",
    **{name: OUTCOMES[name] for name in ("score_trend", "withheld")},
    "names": NAMES,
}
IMPACT_REPORT: dict[str, str] = {
    **_LEARNING,
    "investment": INVESTED,
    **{
        name: IMPACT[name]
        for name in (
            "courses_funded", "students_advancing_grade", "certificates_earned", "ai_tutor_sessions", "roi_metrics",
        )
    },
    **_TABLES,
}  # fmt: skip
STUDENT_OUTCOMES_REPORT: dict[str, str] = {
    **_LEARNING,
    "performance_trend": TREND,
    "courses_enrolled": STUDENTS["courses_enrolled"],
    "ai_tutor_sessions": TUTOR,
    **_TABLES,
}
FINANCIAL_REPORT: dict[str, str] = {
    "investment": INVESTED,
    "disbursed": "What was released to schools in the period, by the day billing released it.",
    "total_paid": "Payments that arrived in the period, less refunds.",
    "pending_payments": "Payments for funding that neither arrived nor failed, as of now.",
    "sponsorships": "Those created in the period and those for which money moved in it; promised: their whole amount.",
    **_LEARNING,
}
