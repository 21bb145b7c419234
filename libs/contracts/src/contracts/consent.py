"""The scopes a student can grant. The list is open; these are the ones the product itself asks for."""

SPONSOR_VIEW = "sponsor_view"
EMPLOYER_SHARE = "employer_share"
PLACEMENT_TRACKING = "placement_tracking"
PUBLIC_PORTFOLIO = "public_portfolio"

SCOPES = (SPONSOR_VIEW, EMPLOYER_SHARE, PLACEMENT_TRACKING, PUBLIC_PORTFOLIO)
