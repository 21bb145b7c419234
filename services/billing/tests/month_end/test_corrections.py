"""What is told after its month was closed is billed by the next: late usage, and corrections upwards."""

from datetime import UTC, date, datetime

DECEMBER_2 = datetime(2026, 12, 2, 9, tzinfo=UTC)


def day(number, month=10, hour=9):
    return datetime(2026, month, number, hour, tzinfo=UTC)


def close_november(desk):
    assert desk.close("2026-11", DECEMBER_2) == 0


def lines(invoice):
    return [(line["product"], line["quantity"], line["net"], line["usage_month"]) for line in invoice["lines"]]


def test_usage_told_late_is_a_line_of_its_own_on_the_next_invoice(desk):
    desk.session(day(3))
    desk.close()
    desk.session(day(30), recorded_at=day(5, month=11))
    desk.session(day(7, month=11))
    close_november(desk)
    assert lines(desk.invoices()[1]) == [
        ("mentor_session", 1, 7_000, "2026-10-01"),
        ("mentor_session", 1, 7_000, "2026-11-01"),
    ]
    assert [line["corrects"] for line in desk.invoices()[1]["lines"]] == [True, False]


def test_a_correction_bills_the_difference_and_the_first_invoice_stays_as_it_is(desk):
    used = desk.lab(day(3), 60)
    desk.close()
    before = desk.invoices()
    desk.correct(used, minutes=150)
    close_november(desk)
    assert lines(desk.invoices()[1]) == [("lab_hour", 90, 300, "2026-10-01")]
    assert desk.invoices()[:1] == before


def test_a_salary_corrected_upwards_bills_the_share_of_the_difference(desk):
    placed = desk.placement(date(2026, 10, 9), 600_000)
    desk.close()
    desk.correct(placed, salary_minor=70_000_000)
    close_november(desk)
    [line] = desk.invoices()[1]["lines"]
    assert (line["net"], line["placement_id"]) == (3_000, str(placed))


def test_a_session_moved_to_another_cohort_is_taken_back_there_and_billed_here(desk):
    moved = desk.session(day(3))
    desk.session(day(4))
    desk.close()
    other = desk.shop.new_cohort()
    desk.correct(moved, cohort_id=other)
    desk.session(day(5, month=11))
    desk.session(day(6, month=11))
    close_november(desk)
    november = {one["cohort_id"]: one["total"] for one in desk.invoices() if one["month"] == "2026-11-01"}
    assert november == {str(desk.cohort): 14_000, str(other): 7_000}
    [note] = desk.credit_notes()
    assert (note["cohort_id"], note["total"]) == (str(desk.cohort), 7_000)


def test_a_correction_that_changes_nothing_bills_nothing(desk):
    told = desk.session(day(3))
    desk.close()
    desk.correct(told, minutes=45)
    close_november(desk)
    assert len(desk.invoices()) == 1
    assert desk.shop.rows("select count(*) from metered_usage where to_bill") == [(0,)]


def test_whatever_is_told_when_all_that_is_billed_comes_to_what_was_used(desk):
    """Three months of changes to one lab use: all invoices less all credit notes add up to the last word."""
    used = desk.lab(day(3), 60)
    for month, minutes in ((10, 600), (11, 90), (12, 300)):
        desk.correct(used, minutes=minutes)
        desk.lab(day(9, month=month), 60_000)
        closed = datetime(2026 + month // 12, month % 12 + 1, 2, 9, tzinfo=UTC)
        assert desk.close(f"2026-{month}", closed) == 0
    billed, back = (
        sum(line["quantity"] for one in papers for line in one["lines"])
        for papers in (desk.invoices(), desk.credit_notes())
    )
    assert (billed - back, back) == (300 + 3 * 60_000, 510)


def test_a_month_closed_after_the_next_one_bills_nothing_twice_and_leaves_nothing_out(desk):
    desk.session(day(3))
    desk.session(day(3, month=11))
    close_november(desk)
    desk.session(day(4), recorded_at=day(3, month=12))
    desk.close("2026-10", DECEMBER_2)
    assert sum(one["total"] for one in desk.invoices()) == 3 * 7_000
