"""Answers as a client will meet them; a test holds them against the schemas."""

from typing import Any

_STUDENT = "019aa8f2-7a60-7c3e-9d35-2f1f0c7d1a33"
_SPONSORSHIP = "019aa8f2-7a60-7c3e-9d35-2f1f0c7d1a44"
_EXPLAINED: dict[str, Any] = {
    "definitions": {"sponsored": "A sponsored student has a sponsorship that became active by …"},
    "as_of": "2026-02-15T10:00:00Z",
}

STATS: dict[str, Any] = {
    "stats": {
        "total_sponsorships": 45, "active_sponsorships": 38, "total_students_sponsored": 120,
        "total_invested": 2500000, "currency": "KES", "average_student_score_improvement": 18.5,
        "courses_funded": 15, "programs_active": 3,
    },
    "recent_milestones": [
        {"student_name": "Amani Kariuki", "milestone": "Completed CBC Mathematics Grade 5 with 92% score",
         "date": "2026-02-14T00:00:00Z", "sponsorship_id": _SPONSORSHIP},
        {"student_name": "Student 7F3A", "milestone": "Earned a certificate for Science",
         "date": "2026-02-13T00:00:00Z", "sponsorship_id": None},
    ],
    "payment_summary": {
        "total_paid": 2200000, "pending_payments": 150000,
        "next_scheduled_payment": {
            "amount": 75000, "date": "2026-03-01T00:00:00Z", "description": "Monthly scholarship disbursement",
        },
    },
    "impact_snapshot": {
        "students_improving": 95, "students_stable": 18, "students_declining": 7, "overall_completion_rate": 74.0,
    },
    **_EXPLAINED,
}  # fmt: skip
STUDENTS: dict[str, Any] = {
    "students": [
        {"id": _STUDENT, "name": "Amani Kariuki", "grade_level": 5, "county": "Nairobi",
         "sponsorship_type": "full_scholarship", "courses_enrolled": 2, "courses_completed": 1,
         "average_score": 85.0, "performance_trend": "improving", "score_change": 12.0, "ai_tutor_sessions": 45,
         "last_active": "2026-02-15T08:00:00Z"},
        {"id": None, "name": "Student 7F3A", "grade_level": None, "county": None, "sponsorship_type": "program",
         "courses_enrolled": 1, "courses_completed": 0, "average_score": None, "performance_trend": None,
         "score_change": None, "ai_tutor_sessions": 0, "last_active": None},
    ],
    "total": 120, "page": 1, "limit": 20, "pages": 6,
    "aggregate": {"average_score_all": 78.0, "improving_count": 95, "stable_count": 18, "declining_count": 7},
    **_EXPLAINED,
}  # fmt: skip
IMPACT: dict[str, Any] = {
    "period": "year", "students_reached": 120, "courses_funded": 15, "total_investment": 2500000, "currency": "KES",
    "outcomes": {
        "average_score_improvement": 18.5, "course_completion_rate": 74.0, "students_advancing_grade": 98,
        "certificates_earned": 85, "ai_tutor_sessions": 5400,
    },
    "comparison_to_platform": {
        "sponsored_avg_score": 82.0, "platform_avg_score": 71.0, "sponsored_completion_rate": 74.0,
        "platform_completion_rate": 62.0,
    },
    "roi_metrics": {
        "cost_per_student": 20833, "cost_per_course_completion": 29412, "cost_per_certificate": 29412,
    },
    **_EXPLAINED,
}  # fmt: skip
OUTCOMES: dict[str, Any] = {
    "period": "year", "total_students": 120,
    "by_performance": {
        "excellent": {"count": 35, "avg_score": 92.0, "percent": 29.2},
        "good": {"count": 60, "avg_score": 78.0, "percent": 50.0},
        "needs_improvement": {"count": 18, "avg_score": 62.0, "percent": 15.0},
        "at_risk": {"count": 7, "avg_score": 45.0, "percent": 5.8},
    },
    "by_subject": [{"subject": "Mathematics", "avg_score": 80.0, "completion_rate": 76.0}],
    "score_trend": [{"month": "2025-09", "avg_score": 65.0}, {"month": "2026-02", "avg_score": 82.0}],
    **_EXPLAINED,
}  # fmt: skip
_REPORT = "019aa8f2-7a60-7c3e-9d35-2f1f0c7d1a55"
IMPACT_REPORT: dict[str, Any] = {
    "report": {
        "id": _REPORT, "title": "Q4 2025 Impact Report", "period": "2025-10-01 to 2025-12-31",
        "generated_at": "2026-02-15T10:00:00Z", "download_url": f"/api/v1/partner/reports/{_REPORT}/download",
        "summary": {
            "students_reached": 120, "investment": 850000, "completion_rate": 71.0, "avg_score_improvement": 15.0,
        },
        "status": "completed",
    }
}  # fmt: skip
EXPORTED: dict[str, Any] = {
    "report_id": _REPORT, "report_type": "impact", "format": "pdf",
    "download_url": f"/api/v1/partner/reports/{_REPORT}/download", "generated_at": "2026-02-15T10:00:00Z",
    "expires_at": "2026-02-16T10:00:00Z",
    "message": "Report generated successfully. Download link valid for 24 hours.", "status": "completed",
}  # fmt: skip
