"""What there is to look at, and what every figure means."""

import pytest

from analytics.schemas import examples
from analytics.schemas.dashboards import DashboardListSchema, TablesSchema
from analytics.schemas.metrics import DefinitionSchema, MetricSchema
from analytics.schemas.reports import CohortReportSchema

pytestmark = pytest.mark.usefixtures("november")


def test_every_metric_tells_its_formula_and_its_groups(told, deliver, read):
    deliver(told.organization_created())
    items = read("/analytics/metrics/")["items"]
    assert [item["key"] for item in items] == [
        "seat_utilization", "completion_rates", "placement_metrics", "roi_analysis",
    ]  # fmt: skip
    for item in items:
        metric = read(f"/analytics/metrics/{item['key']}/")
        assert {key: metric[key] for key in ("formula", "description", "version", "groups")} == {
            key: item[key] for key in ("formula", "description", "version", "groups")
        }
        for group in item["groups"]:
            assert read(f"/analytics/metrics/{item['key']}/", group_by=group)["group_by"] == group


@pytest.mark.parametrize(
    ("schema", "example"),
    [
        (DefinitionSchema, examples.DEFINITION),
        (MetricSchema, examples.METRIC),
        (CohortReportSchema, examples.REPORT),
        (DashboardListSchema, examples.DASHBOARDS),
        (TablesSchema, examples.TABLES),
    ],
)
def test_the_examples_of_the_documentation_are_answers(schema, example):
    assert schema().validate(example) == {}
    assert set(example) == {field.data_key or name for name, field in schema().fields.items()}


def test_an_organization_lists_its_dashboards(told, another, deliver, read):
    cohort = told.cohort("Autumn")
    deliver(told.organization_created(), cohort, another.organization_created(), another.cohort("Theirs"))
    items = read("/analytics/dashboards")["items"]
    assert [(item["id"], item["title"]) for item in items] == [
        ("sponsor", "Mwanga Foundation"),
        (f"cohort:{cohort.cohort_id}", "Autumn"),
    ]
    assert items[0]["pdf"] == "/api/v1/analytics/dashboards/sponsor/pdf/"
    assert [item["type"] for item in read("/analytics/dashboards", type="cohort")["items"]] == ["cohort"]


def test_the_list_of_dashboards_comes_in_pages(told, deliver, read):
    deliver(told.organization_created(), *(told.cohort(f"Class {number}") for number in range(1, 4)))
    second = read("/analytics/dashboards", page="2", limit="2")
    assert [item["title"] for item in second["items"]] == ["Class 2", "Class 3"]
    assert [second[name] for name in ("total", "page", "limit", "pages")] == [4, 2, 2, 2]


def test_a_narrowed_viewer_is_offered_its_cohort_only(told, deliver, client, as_):
    mine, other = told.cohort("Mine"), told.cohort("Other")
    deliver(told.organization_created(), mine, other)
    headers = as_(organization=told.organization, narrowed={mine.cohort_id: ("dashboard.view",)})
    items = client.get("/api/v1/analytics/dashboards", headers=headers).get_json()["items"]
    assert [item["title"] for item in items] == ["Mine"]
    assert client.get("/api/v1/analytics/dashboards/sponsor/pdf/", headers=headers).status_code == 404


def test_operators_see_how_much_is_learnt_in_all_organizations(told, deliver, client):
    reading = told.course("Reading")
    cohort, student = told.cohort(courses=[reading.course_id]), told.student()
    deliver(told.organization_created(), reading, cohort, student, told.seats_bought(4))
    deliver(told.enrolled(cohort.cohort_id, student.student_id), told.seat(cohort.cohort_id, student.student_id))
    deliver(told.result(student.student_id, reading.course_id, "50", "2026-11-15"))
    scraped = client.get("/metrics").get_data(as_text=True)
    assert 'analytics_students_active{days="30",service="analytics"} 1.0' in scraped
    assert 'analytics_results{service="analytics"} 1.0' in scraped
    assert 'analytics_completions{service="analytics"} 0.0' in scraped
