"""What runs by itself, and what is measured."""

from sqlalchemy import text


def count(session, table):
    return session.scalar(text(f"select count(*) from {table}"))  # noqa: S608 - names of tables


def test_ended_sessions_are_forgotten_after_a_month(sign_up, run_job, session, later):
    amina, baraka = sign_up("amina@example.org"), sign_up("baraka@example.org")
    baraka.post("/logout/")
    later(29 * 86_400)
    amina.refresh()
    run_job("forget-the-past")
    assert count(session, "sessions") == 2

    later(5 * 86_400)
    run_job("forget-the-past")

    assert count(session, "sessions") == 1
    assert count(session, "refresh_tokens") == 1
    amina.refresh()


def test_counted_attempts_are_forgotten_after_a_day(client, run_job, session, later):
    client.post("/api/v1/auth/login", json={"email": "nobody@example.org", "password": "x"})
    run_job("forget-the-past")
    assert count(session, "login_attempts") == 1

    later(86_401)
    run_job("forget-the-past")

    assert count(session, "login_attempts") == 0


def test_proofs_are_forgotten_a_month_after_their_end(sign_up, verify, run_job, session, later):
    verify(sign_up("amina@example.org"))

    later(34 * 86_400)
    run_job("forget-the-past")

    assert count(session, "email_verifications") == 0


def test_the_scrape_shows_people_organizations_and_live_sessions(client, sign_up):
    sign_up("amina@example.org", "sponsor")
    sign_up("baraka@example.org").post("/logout/")

    shown = client.get("/metrics").text

    assert 'identity_users{service="identity"} 2.0' in shown
    assert 'identity_organizations{service="identity"} 1.0' in shown
    assert 'identity_live_sessions{service="identity"} 1.0' in shown


def test_identity_handles_exactly_what_it_subscribes_to(service):
    from chassis.handling import check_consumers

    check_consumers("identity", service.consumers)
