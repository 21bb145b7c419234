"""A person is erased: books and documents stay to the letter, but for the address of a person among its buyers."""

from dataclasses import asdict

from chassis.ids import new_id
from contracts import rights
from contracts.events.billing import ErasureDone
from contracts.events.identity import OrganizationUpdated
from contracts.events.privacy import DataExportRequested, ErasureRequested

ADDRESS = "zuhura@x.example"


def erasure() -> ErasureRequested:
    request_id = new_id()
    digests = (rights.digest(request_id, ADDRESS),)
    return ErasureRequested(request_id=request_id, user_id=new_id(), addresses=digests)


def test_the_address_goes_and_the_books_stay(quick):
    [told] = quick.renamed("Tumaini Trust")
    quick.hear(OrganizationUpdated(**{**asdict(told), "contact_email": ADDRESS}))
    quick.buy()
    quick.refund(seats=1)
    before = quick.rows("select * from ledger_entries order by transaction_id, position")
    [[buyer]] = quick.rows("select buyer from invoices")
    assert buyer["email"] == ADDRESS
    quick.hear(erasure())
    [[left]] = quick.rows("select buyer from invoices")
    assert left == {name: value for name, value in buyer.items() if name != "email"}
    assert quick.rows("select 1 from organizations where contact_email is not null") == []
    assert quick.rows("select * from ledger_entries order by transaction_id, position") == before
    assert quick.rows("select 1 from credit_notes where buyer ? 'email'") == []
    [answer] = quick.said(ErasureDone)
    assert dict(answer.erased)["addresses on invoices"] == 1
    assert any("Tax Procedures Act" in why for _, why, _ in answer.kept)


def test_a_copy_says_what_was_metered(quick, as_service):
    quick.hear(DataExportRequested(request_id=new_id(), student_id=new_id()))
    url = f"/internal/person-data?student_id={new_id()}"
    assert quick.client.get(url, headers=as_service("privacy")).json == {"service": "billing", "sections": []}
    assert quick.client.get(url, headers=as_service("programs")).status_code == 403
