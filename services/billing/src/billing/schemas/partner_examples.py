"""Examples of what partners ask and are told, for the documents of the API."""

_PROGRAM = "0198c2a1-7d3e-7c55-9d0a-6f2b8e1c4a10"
_PAYMENT = "0198c2a1-9f40-7b1e-8a21-3c5d7e9f1b24"
_INVOICE = "0198c2a1-a0c2-7d4f-b6e8-1a2b3c4d5e6f"
_DISBURSEMENT = "0198c2a1-a5d4-7e60-87f9-2b3c4d5e6f70"

WISH = {
    "amount": 150000,
    "currency": "KES",
    "method": "bank_transfer",
    "program_id": _PROGRAM,
    "description": "Q2 2026 program funding",
    "bank_reference": "BT_REF_12345",
}
OPENED = {
    "id": _PAYMENT,
    "amount": 150000,
    "currency": "KES",
    "method": "bank_transfer",
    "status": "pending",
    "created_at": "2026-02-15T10:00:00Z",
    "message": "Payment initiated. Bank transfer verification pending.",
    "checkout_url": "http://localhost:8000/pay/0198c2a1-9e11-7a0c-9f33-8b7a6c5d4e3f",
}
_PAID = {
    "id": _PAYMENT,
    "amount": 75000,
    "currency": "KES",
    "method": "bank_transfer",
    "status": "completed",
    "description": "Monthly scholarship disbursement - February 2026",
    "reference": "BT_20260201_001",
    "program_id": _PROGRAM,
    "created_at": "2026-02-01T00:00:00Z",
    "completed_at": "2026-02-01T10:00:00Z",
}
PAYMENT = {
    **_PAID,
    "funds": [{"program_id": _PROGRAM, "amount": 75000, "allocated": 75000}],
    "checkout_url": None,
}
PAYMENTS = {
    "payments": [_PAID],
    "total": 24,
    "page": 1,
    "limit": 20,
    "pages": 2,
    "summary": {"total_paid": 2200000, "this_month": 75000, "pending": 150000, "credit": 0, "currency": "KES"},
}
INVOICES = {
    "invoices": [
        {
            "id": _INVOICE,
            "invoice_number": "INV-2026-001",
            "amount": 75000,
            "currency": "KES",
            "status": "paid",
            "description": "Monthly scholarship disbursement - February 2026",
            "program": "Nairobi STEM Scholars 2026",
            "issued_date": "2026-02-01",
            "due_date": "2026-02-15",
            "paid_date": "2026-02-01",
            "download_url": f"/api/v1/partner/payments/invoices/{_INVOICE}/pdf",
        }
    ],
    "total": 12,
    "page": 1,
    "limit": 20,
    "pages": 1,
}
_RELEASED = {
    "id": _DISBURSEMENT,
    "amount": 75000,
    "currency": "KES",
    "description": "Monthly program disbursement - March 2026",
    "sponsorship_id": None,
    "program_id": _PROGRAM,
    "due_date": "2026-03-01",
    "cancelled_at": None,
}
DISBURSEMENT = {
    **_RELEASED,
    "status": "made",
    "disbursed_date": "2026-02-20",
    "disbursed_at": "2026-02-20T08:30:00Z",
}
DISBURSEMENTS = {
    "disbursements": [{**_RELEASED, "status": "scheduled", "disbursed_date": None, "disbursed_at": None}],
    "total": 10,
    "page": 1,
    "limit": 20,
    "pages": 1,
}
