"""Answers as a client will meet them; a test holds them against the schemas."""

from typing import Any

_COHORT = "019aa8f2-7a60-7c3e-9d35-2f1f0c7d1a11"
_COURSE = "019aa8f2-7a60-7c3e-9d35-2f1f0c7d1a22"
_STUDENT = "019aa8f2-7a60-7c3e-9d35-2f1f0c7d1a33"
_PERIOD = {"from": "2026-01-01", "to": None, "time_zone": "Africa/Nairobi"}
_AS_OF = "2026-11-22T09:00:00Z"

DEFINITION: dict[str, Any] = {
    "key": "completion_rates",
    "title": "Completion",
    "unit": "percent",
    "formula": "completed enrolments ÷ enrolments not withdrawn, in per cent",
    "description": "Enrolments that began in the period and had not been withdrawn by its end; …",
    "groups": ["month", "cohort", "course", "school", "grade_level"],
    "version": 1,
}
METRIC: dict[str, Any] = {
    **DEFINITION,
    "value": 50.0,
    "numbers": {"enrolled": 24, "completed": 12},
    "trend": None,
    "trend_rule": "The last point of the series beside the one 3 months before. …",
    "series": [
        {"month": "2026-10", "value": 37.5, "numerator": 9, "denominator": 24},
        {"month": "2026-11", "value": 50.0, "numerator": 12, "denominator": 24},
    ],
    "breakdown": [
        {"group": "Hill Primary", "label": "Hill Primary", "value": 55.0, "numerator": 11, "denominator": 20,
         "withheld": False},
        {"group": "Lake Primary", "label": "Lake Primary", "value": None, "numerator": None, "denominator": None,
         "withheld": True},
    ],
    "period": _PERIOD,
    "cohort_id": None,
    "group_by": "school",
    "as_of": _AS_OF,
}  # fmt: skip
_SEATS: dict[str, Any] = {
    "purchased": 30, "assigned": 24, "available": 6, "utilization": 80.0,
    "by_month": [{"month": "2026-11", "value": 80.0, "numerator": 24, "denominator": 30}],
}  # fmt: skip
_PAYMENTS: dict[str, Any] = {"invoiced": 600000, "paid": 600000, "due": 0, "currency": "KES"}
_COMPLETION: dict[str, Any] = {
    "rate": 50.0, "enrolled": 24, "completed": 12,
    "by_course": [{"course_id": _COURSE, "title": "Reading", "enrolled": 24, "completed": 18, "rate": 75.0}],
    "by_month": [{"month": "2026-11", "enrolled": 24, "completed": 12, "rate": 50.0}],
}  # fmt: skip
REPORT: dict[str, Any] = {
    "cohort": {"id": _COHORT, "name": "Autumn", "seats": 30, "start_date": "2026-01-05", "end_date": "2026-12-18"},
    "period": _PERIOD,
    "seats": _SEATS,
    "completion": _COMPLETION,
    "payments": _PAYMENTS,
    "results": [
        {"course_id": _COURSE, "title": "Reading", "mean_score": 62.5, "max_score": 100.0, "students": 24,
         "withheld": False}
    ],
    "improvement": [
        {"subject_area": "Reading", "first_course": "Reading K", "last_course": "Reading 3", "mean_gain": 12.4,
         "students": 22, "withheld": False}
    ],
    "at_risk": [
        {"student_id": _STUDENT, "name": "Amina Wanjiru", "consented": True, "reasons": ["no_recent_result"],
         "last_result_on": "2026-09-30"},
        {"student_id": None, "name": "Student 7F3A", "consented": False, "reasons": ["low_and_falling"],
         "last_result_on": "2026-11-01"},
    ],
    "at_risk_total": 2,
    "organization": {"id": _COHORT, "name": "Mwanga Foundation", "seats": _SEATS, "payments": _PAYMENTS},
    "definitions": {"at_risk": "An enrolment that is neither completed nor withdrawn is at risk when …"},
    "as_of": _AS_OF,
}  # fmt: skip
DASHBOARDS: dict[str, Any] = {
    "items": [
        {"id": "sponsor", "type": "sponsor", "title": "Mwanga Foundation", "metrics": ["seat_utilization"],
         "pdf": "/api/v1/analytics/dashboards/sponsor/pdf/",
         "tables": "/api/v1/analytics/dashboards/sponsor/tables/"},
        {"id": f"cohort:{_COHORT}", "type": "cohort", "title": "Autumn", "metrics": ["seat_utilization"],
         "pdf": f"/api/v1/analytics/dashboards/cohort:{_COHORT}/pdf/",
         "tables": f"/api/v1/analytics/dashboards/cohort:{_COHORT}/tables/"},
    ],
    "total": 2,
    "page": 1,
    "limit": 20,
    "pages": 1,
}  # fmt: skip
TABLES: dict[str, Any] = {
    "notes": {"title": "Sponsor report: Mwanga Foundation", "period": "Up to 22 November 2026", "as_of": _AS_OF},
    "tables": [
        {"name": "figures", "columns": ["metric", "name", "number"],
         "rows": [["completion_rates", "value", 50.0], ["completion_rates", "enrolled", 24]]},
        {"name": "payments", "columns": ["invoiced", "paid", "due", "currency"],
         "rows": [[600000, 600000, 0, "KES"]]},
    ],
}  # fmt: skip
