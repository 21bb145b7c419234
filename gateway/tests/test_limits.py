"""How often anybody may ask."""

from chassis.ids import new_id
from chassis.testing import headers_of

COHORTS = "/api/v1/programs/cohorts/"


def test_sign_in_is_limited_by_address(make_gateway):
    client = make_gateway(sign_in_limit="3/minute").test_client()
    answers = [client.post("/api/v1/auth/login", json={}) for _ in range(4)]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 429]
    assert int(answers[3].headers["Retry-After"]) >= 1
    assert answers[3].json["code"] == "too_many_requests"


def test_all_addresses_of_one_ipv6_network_share_a_limit(make_gateway):
    client = make_gateway(sign_in_limit="2/minute").test_client()

    def sign_in(address):
        return client.post("/api/v1/auth/login", json={}, environ_overrides={"REMOTE_ADDR": address}).status_code

    assert [sign_in(f"2001:db8:0:1:{host}") for host in (":1", "2:3:4:5", ":6")] == [200, 200, 429]
    assert [sign_in(other) for other in ("2001:db8:0:2::1", "::ffff:192.0.2.1", "192.0.2.2")] == [200, 200, 200]


def test_one_organization_cannot_use_up_anothers_share(make_gateway):
    client = make_gateway(organization_limit="2/minute").test_client()
    busy, calm = headers_of(organization=new_id()), headers_of(organization=new_id())
    assert [client.get(COHORTS, headers=busy).status_code for _ in range(3)] == [200, 200, 429]
    answer = client.get(COHORTS, headers=calm)
    assert answer.status_code == 200
    assert answer.headers["RateLimit-Remaining"] == "1"


def test_asking_for_consent_again_and_again_counts_too(make_gateway):
    client, caller = make_gateway(organization_limit="2/minute").test_client(), headers_of(organization=new_id())
    path = f"/api/v1/programs/students/{new_id()}/progress/"
    assert [client.get(path, headers=caller).status_code for _ in range(3)] == [403, 403, 429]
