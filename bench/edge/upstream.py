"""A service that only answers, after a while: ``python -m bench.edge.upstream PORT SECONDS KEYS``.

It is also identity as far as the gateway asks it: KEYS, a token for the gateway, ended sessions.
"""

import asyncio
import json
import sys

ANSWERS = {
    b"/internal/token": {"access_token": "bench", "expires_in": 300},
    b"/internal/revocations": {"revoked": [], "cursor": "0"},
}
ROW = {"id": "0192f0c1-7b7e-7d5c-9a53-0f2f1c7a4e11", "name": "Form One", "seats": 40}


def _answer(body: object) -> bytes:
    text = json.dumps(body).encode()
    head = f"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {len(text)}\r\n\r\n"
    return head.encode() + text


class Service(asyncio.Protocol):
    """Answers each request that has arrived whole; bodies are short enough to arrive with their headers."""

    seconds = 0.0
    usual = _answer({"results": [ROW] * 5, "total": 5})
    special = {path: _answer(body) for path, body in ANSWERS.items()}

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Keep whom to answer."""
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        self._loop = asyncio.get_running_loop()

    def data_received(self, data: bytes) -> None:
        """One request."""
        path = data.split(b" ", 2)[1].partition(b"?")[0]
        answer = self.special.get(path, self.usual)
        if self.seconds:
            self._loop.call_later(self.seconds, self._transport.write, answer)
        else:
            self._transport.write(answer)


async def _serve(port: int) -> None:
    server = await asyncio.get_running_loop().create_server(Service, "127.0.0.1", port, backlog=1024)
    await server.serve_forever()


if __name__ == "__main__":
    Service.seconds = float(sys.argv[2])
    Service.special[b"/.well-known/jwks.json"] = _answer(json.loads(sys.argv[3]))
    asyncio.run(_serve(int(sys.argv[1])))
