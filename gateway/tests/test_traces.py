"""The trace a client belongs to goes on to the service, when it is one."""

import pytest

TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"


def sent(behind) -> dict[str, str]:
    return {name.lower(): value for name, value in behind.seen[-1]["headers"].items()}


def test_a_valid_trace_is_passed_on(client, behind):
    client.post("/api/v1/auth/login", headers={"traceparent": TRACE, "tracestate": "congo=1, rojo=2"})
    assert sent(behind)["traceparent"] == TRACE
    assert sent(behind)["tracestate"] == "congo=1,rojo=2"


@pytest.mark.parametrize("given", ["", "nonsense", TRACE.replace("00-", "ff-", 1), f"{TRACE}-x"])
def test_what_is_none_is_replaced_and_its_state_dropped(client, behind, given):
    client.post("/api/v1/auth/login", headers={"traceparent": given, "tracestate": "congo=1"})
    assert sent(behind)["traceparent"].split("-")[1] not in {TRACE.split("-")[1], ""}
    assert "tracestate" not in sent(behind)


def test_decisions_are_counted_by_what_became_of_them(client):
    def count(outcome: str) -> float:
        page = client.get("/metrics").text.splitlines()
        label = f'gateway_decisions_total{{outcome="{outcome}",service="gateway"}} '
        return next((float(line.rpartition(" ")[2]) for line in page if line.startswith(label)), 0)

    before = [count(outcome) for outcome in ("allowed", "not_found", "unauthenticated")]
    client.post("/api/v1/auth/login")
    client.get("/nowhere/amina")
    client.get("/api/v1/billing/invoices/")
    after = [count(outcome) for outcome in ("allowed", "not_found", "unauthenticated")]
    assert [now - then for now, then in zip(after, before, strict=True)] == [1, 1, 1]
    assert "amina" not in client.get("/metrics").text
    assert "gateway_revocations_age_seconds" in client.get("/metrics").text
