"""The published keys."""

from flask import Response, jsonify

from chassis.access import public
from chassis.blueprint import Blueprint
from chassis.resource import Resource
from identity.clients.signer import Signer
from identity.schemas.jwks import JwksOut

blp = Blueprint("keys", __name__, description="The keys access tokens are signed with.")


@blp.route("/.well-known/jwks.json")
class Keys(Resource):
    @public
    @blp.response(200, JwksOut)
    @blp.doc(operationId="get_jwks")
    def get(self) -> Response:
        """Publish the public keys of access tokens (RFC 7517). The newest signs, all verify."""
        answer = jsonify(self.use(Signer).keys.jwks())
        answer.headers["Cache-Control"] = "public, max-age=300"
        return answer
