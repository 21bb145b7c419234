"""GET /billing/catalog/."""

from typing import Any

from billing.catalog import Catalog
from billing.schemas.catalog import CatalogOut, CatalogQuery
from billing.settings import Settings
from chassis.access import signed_in
from chassis.blueprint import Blueprint
from chassis.resource import Resource

blp = Blueprint("catalog", __name__, url_prefix="/api/v1/billing/catalog", description="Products and prices.")


@blp.route("/")
class CatalogView(Resource):
    """The price list."""

    for_person = True

    @signed_in
    @blp.arguments(CatalogQuery, location="query")
    @blp.response(200, CatalogOut)
    def get(self, query: dict[str, Any]) -> dict[str, Any]:
        """List the products with unit, price, tax and what each grants."""
        catalog = Catalog(self.use(Settings))
        return catalog.shown(catalog.currency(query.get("currency")))
