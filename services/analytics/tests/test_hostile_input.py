"""Bad input is refused in shape and changes nothing."""

import pytest

pytestmark = pytest.mark.usefixtures("november")

SEATS = "/api/v1/analytics/metrics/seat_utilization/"


@pytest.fixture
def refused(client, as_, told, deliver):
    deliver(told.organization_created())
    headers = as_("dashboard.view", "cohorts.read", organization=told.organization)

    def ask(path):
        answer = client.get(path, headers=headers)
        assert answer.content_type == "application/problem+json"
        return answer.status_code, answer.get_json()

    return ask


@pytest.mark.parametrize(
    "query",
    [
        "from=yesterday", "to=2026-13-01", "from=2026-02-30", "from=2026-05-01&to=2026-04-30", "from=2030-01-01",
        "from=1900-01-01", "from=0001-01-01", "to=0001-01-01", "cohort_id=1", "cohort_id=' or 1=1 --", "group_by=",
        "group_by=school", "group_by=cohort_id; drop table events", "group_by=%00", "from=%ff",
    ],
)  # fmt: skip
def test_a_bad_query_is_refused(refused, query):
    status, body = refused(f"{SEATS}?{query}")
    assert status == 400, body
    assert body["request_id"]


def test_the_groups_a_metric_has_are_named(refused):
    _, body = refused(f"{SEATS}?group_by=school")
    assert body["code"] == "ungroupable"
    assert "month, cohort" in body["detail"]


@pytest.mark.parametrize("key", ["nothing", "SEAT_UTILIZATION", "seat_utilization'--", "__class__", "%2e%2e"])
def test_an_unknown_metric_is_not_found(refused, key):
    status, body = refused(f"/api/v1/analytics/metrics/{key}/")
    assert status == 404, body


@pytest.mark.parametrize("cohort", ["1", "cohort", "00000000-0000-0000-0000-00000000000g"])
def test_a_cohort_id_that_is_none_is_not_found(refused, cohort):
    assert refused(f"/api/v1/programs/cohorts/{cohort}/reports/")[0] == 404


def test_a_type_of_dashboard_that_is_not_served_names_those_that_are(refused):
    status, body = refused("/api/v1/analytics/dashboards?type=manager")
    assert status == 400
    assert "sponsor, cohort" in body["detail"]


def test_unknown_parameters_are_ignored(client, as_, told, deliver):
    deliver(told.organization_created())
    headers = as_("dashboard.view", organization=told.organization)
    assert client.get(f"{SEATS}?nonsense=1&to=2999-01-01", headers=headers).status_code == 200


def test_figures_need_a_token_the_permission_and_an_organization(client, as_, told):
    for path in (SEATS, "/api/v1/analytics/metrics/", "/api/v1/analytics/dashboards"):
        assert client.get(path).status_code == 401
        assert client.get(path, headers=as_("cohorts.read", organization=told.organization)).status_code == 403
        assert client.get(path, headers=as_("dashboard.view")).status_code == 403
