"""Usage that is corrected downwards once it was invoiced: a credit note of that invoice, which itself never changes."""

from datetime import UTC, date, datetime
from io import BytesIO

import pytest
import time_machine
from pypdf import PdfReader

from chassis.ids import new_id
from chassis.testing import headers_of
from contracts.events.billing import CreditNoteIssued, InvoiceOverdue, InvoiceReminderDue

DECEMBER_2 = datetime(2026, 12, 2, 9, tzinfo=UTC)


def day(number, month=10, hour=9):
    return datetime(2026, month, number, hour, tzinfo=UTC)


def close_november(desk):
    assert desk.close("2026-11", DECEMBER_2) == 0


def lines(note):
    return [(line["product"], line["quantity"], line["unit"], line["net"]) for line in note["lines"]]


def balances(desk):
    return {name: minor / 100 for name, minor in desk.shop.balances().items()}


def two_sessions(desk):
    """Two sessions, invoiced in October; their ids."""
    told = [desk.session(day(3)), desk.session(day(4))]
    desk.close()
    return told


def test_it_is_a_credit_note_of_the_invoice_that_billed_it(desk):
    wrong, _ = two_sessions(desk)
    [before] = desk.invoices()
    desk.correct(wrong, minutes=0)
    desk.session(day(7, month=11))
    close_november(desk)
    october, november = desk.invoices()
    [note] = desk.credit_notes()
    assert (note["invoice_number"], note["total"], note["month"]) == (october["number"], 7_000, "2026-11-01")
    assert lines(note) == [("mentor_session", 1, "session", 7_000)]
    assert note["lines"][0]["description"] == "Mentor session, 1 session, used in October 2026, taken back"
    assert (october["credited"], october["due"], october["status"]) == (7_000, 7_000, "issued")
    assert {name for name in before if before[name] != october[name]} == {"credited", "due"}
    assert (november["total"], november["due"]) == (7_000, 7_000)


def test_while_the_invoice_is_open_less_is_owed_and_nothing_is_credit(desk):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    assert balances(desk) == {"receivable": 7_000, "revenue:mentor_session": -7_000}


def test_once_it_is_paid_what_is_taken_back_is_credit(desk):
    wrong, _ = two_sessions(desk)
    desk.pay_invoice(desk.invoices()[0])
    desk.correct(wrong, minutes=0)
    close_november(desk)
    [invoice] = desk.invoices()
    assert (invoice["status"], invoice["credited"], invoice["due"]) == ("paid", 7_000, 0)
    assert balances(desk) == {
        "cash_clearing:sandbox": 14_000, "customer_credit": -7_000, "revenue:mentor_session": -7_000
    }  # fmt: skip
    assert desk.shop.get(f"/payments/{desk.shop.payment()}/")["credit"] == 7_000


def test_it_is_said_with_what_is_still_due(desk):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    [said] = desk.shop.said(CreditNoteIssued)
    assert (said.total_minor, said.due_minor, said.refund_id) == (700_000, 700_000, None)


@pytest.mark.env(TAX_RATE_PERCENT="16")
def test_tax_goes_back_as_it_was_billed(desk):
    used = desk.lab(day(5), 7)
    desk.close()
    for minutes, month in ((6, 11), (1, 12)):
        desk.correct(used, minutes=minutes)
        closed = datetime(2026 + month // 12, month % 12 + 1, 2, 9, tzinfo=UTC)
        assert desk.close(f"2026-{month}", closed) == 0
    first, second = desk.credit_notes()
    assert (first["net"], first["tax"]) == (3.33, 0.53)
    assert (second["net"], second["tax"]) == (16.67, 2.67)
    assert desk.invoices()[0]["due"] == 3.86  # one minute, as it would have been billed alone


def test_a_salary_corrected_downwards_gives_back_its_share(desk):
    placed = desk.placement(date(2026, 10, 9), 600_000)
    desk.close()
    desk.correct(placed, salary_minor=50_000_000)
    close_november(desk)
    [note] = desk.credit_notes()
    assert lines(note) == [("revenue_share", 1, "placement", 3_000)]


def test_of_several_invoices_the_newest_gives_back_first_and_each_has_its_own_note(desk):
    used = desk.lab(day(3), 60)
    desk.close()
    desk.correct(used, minutes=150)
    close_november(desk)
    desk.correct(used, minutes=30)
    assert desk.close("2026-12", datetime(2027, 1, 2, 9, tzinfo=UTC)) == 0
    october, november = desk.invoices()
    notes = {note["invoice_id"]: note["total"] for note in desk.credit_notes()}
    assert notes == {october["id"]: 100, november["id"]: 300}
    assert [(one["due"], one["status"]) for one in (october, november)] == [(100, "issued"), (0, "credited")]


def test_currencies_are_never_mixed(desk):
    placed = desk.placement(date(2026, 10, 9), 20_000, "USD")
    desk.session(day(3))
    desk.close()
    desk.correct(placed, salary_minor=60_000_000, currency="KES")
    close_november(desk)
    [note] = desk.credit_notes()
    assert (note["currency"], note["total"]) == ("USD", 600)
    assert sorted((one["currency"], one["total"], one["due"]) for one in desk.invoices()) == [
        ("KES", 7_000, 7_000), ("KES", 18_000, 18_000), ("USD", 600, 0)
    ]  # fmt: skip


def test_taken_back_and_told_again_it_is_billed_again(desk):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    desk.correct(wrong, minutes=60)
    assert desk.close("2026-12", datetime(2027, 1, 2, 9, tzinfo=UTC)) == 0
    assert [one["total"] for one in desk.invoices()] == [14_000, 7_000]
    assert balances(desk)["receivable"] == 14_000


def test_closing_again_gives_nothing_back_twice(desk):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    before = (desk.invoices(), desk.credit_notes(), balances(desk), len(desk.shop.said()))
    close_november(desk)
    desk.close()
    assert desk.close("2026-12", datetime(2027, 1, 2, 9, tzinfo=UTC)) == 0
    assert (desk.invoices(), desk.credit_notes(), balances(desk), len(desk.shop.said())) == before


def test_the_command_counts_the_credit_notes(desk, capsys):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    assert "1 credit notes over KES 7,000.00" in capsys.readouterr().out


def test_numbers_go_on_without_a_gap_among_notes_of_refunds_and_of_usage(desk):
    desk.shop.buy()
    desk.shop.refund(seats=1)
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    rows = desk.shop.rows("select year, sequence from credit_notes order by year, sequence")
    assert all(row.sequence == 1 or (row.year, row.sequence - 1) in rows for row in rows)
    assert len(rows) == 2


def test_an_invoice_of_which_all_was_taken_back_is_credited_and_neither_overdue_nor_payable(desk):
    for told in two_sessions(desk):
        desk.correct(told, minutes=0)
    close_november(desk)
    [invoice] = desk.invoices(status="credited")
    assert (invoice["total"], invoice["credited"], invoice["due"]) == (14_000, 14_000, 0)
    with time_machine.travel(datetime(2027, 1, 20, tzinfo=UTC)):
        desk.shop.run("mark_overdue")
        desk.shop.run("remind_of_invoices")
    assert desk.shop.said(InvoiceOverdue, InvoiceReminderDue) == []
    answer = desk.order_invoice(invoice)
    assert (answer.status_code, answer.json["code"]) == (409, "nothing_due")
    assert balances(desk) == {}


def test_a_partner_finds_its_credited_invoices_by_their_status(desk):
    for told in two_sessions(desk):
        desk.correct(told, minutes=0)
    close_november(desk)
    headers = headers_of(("partner",), organization=desk.organization, kind="partner")
    url = "/api/v1/partner/payments/invoices?status="
    found = {
        status: [one["status"] for one in desk.shop.client.get(url + status, headers=headers).json["invoices"]]
        for status in ("credited", "sent", "overdue", "paid")
    }
    assert found == {"credited": ["credited"], "sent": [], "overdue": [], "paid": []}


def test_an_overdue_invoice_is_reminded_of_with_what_is_due_and_not_once_it_is_credited(desk):
    first, second = two_sessions(desk)
    with time_machine.travel(day(18, month=11)):
        desk.shop.run("mark_overdue")
    desk.correct(first, minutes=0)
    close_november(desk)
    with time_machine.travel(DECEMBER_2):
        desk.shop.run("remind_of_invoices")
    [said] = desk.shop.said(InvoiceReminderDue)
    assert (said.total_minor, said.due_minor, said.days) == (1_400_000, 700_000, 14)
    desk.correct(second, minutes=0)
    assert desk.close("2026-12", datetime(2027, 1, 2, 9, tzinfo=UTC)) == 0
    with time_machine.travel(datetime(2027, 1, 20, tzinfo=UTC)):
        desk.shop.run("remind_of_invoices")
    assert desk.shop.said(InvoiceReminderDue) == [said]
    assert [one["status"] for one in desk.invoices()] == ["credited"]


def test_the_statement_of_the_cohort_shows_the_notes_of_the_closing_and_the_customers_the_money(desk):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    [note] = desk.credit_notes()
    [statement] = desk.shop.get("/statements/cohorts/", month="2026-11")["items"]
    assert (statement["lines"], statement["invoices"]) == ([], [])
    assert [(one["number"], one["total"]) for one in statement["credit_notes"]] == [(note["number"], 7_000)]
    [october] = desk.shop.get("/statements/cohorts/", month="2026-10")["items"]
    assert (october["credit_notes"], october["invoices"][0]["due"]) == ([], 7_000)
    [money] = desk.shop.get("/ledger/statement/", **{"from": "2026-12-01", "to": "2026-12-31"})["items"]
    assert (money["opening"], money["closing"]) == (14_000, 7_000)
    assert [(row["kind"], row["description"], row["amount"]) for row in money["movements"]] == [
        ("credit_note", f"Credit note {note['number']}", -7_000)
    ]


def test_another_organization_sees_none_of_it(desk):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    stranger = headers_of(("billing.read",), organization=new_id())
    narrow = headers_of((), organization=desk.organization, narrowed={new_id(): ("billing.read",)})
    for headers in (stranger, narrow):
        assert desk.shop.client.get("/api/v1/billing/credit-notes/", headers=headers).json["items"] == []
        url = "/api/v1/billing/statements/cohorts/?month=2026-11"
        assert desk.shop.client.get(url, headers=headers).json["items"] == []


@pytest.mark.parametrize("change", ["month = null", "total_minor = 1", "invoice_id = id"])
def test_the_database_refuses_to_change_a_note(desk, change):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    with pytest.raises(Exception, match="append-only"):
        desk.shop.change(f"update credit_notes set {change}")  # noqa: S608 - as above


def printed(desk, paper):
    answer = desk.shop.client.get(paper["pdf_url"], headers=desk.shop.headers)
    return " ".join(" ".join(page.extract_text() for page in PdfReader(BytesIO(answer.data)).pages).split())


def test_both_documents_say_what_was_taken_back(desk, printer):
    wrong, _ = two_sessions(desk)
    desk.correct(wrong, minutes=0)
    close_november(desk)
    [note], [invoice] = desk.credit_notes(), desk.invoices()
    page = printed(desk, note)
    for words in (note["number"], invoice["number"], "1 session, used in October 2026", "Usage was corrected"):
        assert words in page, page
    page = printed(desk, invoice)
    assert "Credit notes \u22127,000.00" in page
    assert "Balance due 7,000.00" in page


NEGATIVE_LINE = (
    """
    insert into invoice_lines (organization_id, invoice_id, position, product, description, quantity, months,
        unit_minor, net_minor, tax_rate, tax_minor, unit, usage_month, corrects)
    values (:organization, :invoice, 2, 'lab_hour', 'Taken back', -30, 1, 20000, -10000, 0, 0, 'minute', '2026-10-01',
        true)
    """,
    """
    insert into billed_usage (organization_id, month, recorded_by, usage_id, product, cohort_id, usage_month, currency,
        quantity, rate, invoice_id, position)
    values (:organization, '2026-11-01', :organization, :usage, 'lab_hour', :cohort, '2026-10-01', 'KES', -30, 20000,
        :invoice, 2)
    """,
    "update invoices set net_minor = net_minor - 10000, total_minor = total_minor - 10000 where id = :invoice",
)


def test_what_an_older_version_took_back_by_a_negative_line_is_not_taken_back_again(desk):
    used = desk.lab(day(3), 60)
    desk.close()
    desk.session(day(5, month=11))
    close_november(desk)
    october, november = desk.invoices()
    of = {"organization": desk.organization, "cohort": desk.cohort, "usage": used, "invoice": november["id"]}
    for statement in NEGATIVE_LINE:
        desk.shop.change(statement, **of)
    desk.correct(used, minutes=0)
    assert desk.close("2026-12", datetime(2027, 1, 2, 9, tzinfo=UTC)) == 0
    [note] = desk.credit_notes()
    assert (note["invoice_id"], lines(note)) == (october["id"], [("lab_hour", 30, "minute", 100)])
    assert [one["due"] for one in desk.invoices()] == [100, 6_900]
