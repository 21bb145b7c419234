"""A TCP proxy in front of one process's broker: it cuts connections, or strikes just before an acknowledgement.

That is how a process is killed between two of its steps without a word in its code: what it waits for, or says,
is seen here, never passed on, and the process is killed at that moment.
"""

import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress

RESET = struct.pack("ii", 1, 0)  # SO_LINGER with no patience: the connection ends with RST, as a cut one does
METHOD, ACK = 1, (60, 80)
HEADER = 7
GREETING = b"AMQP"


class AmqpAcks:
    """Whether a stream of AMQP 0-9-1 holds ``basic.ack``: a confirm on its way out, a consumer's on its way in."""

    def __init__(self) -> None:
        self._rest = b""

    def feed(self, data: bytes) -> bool:
        """Take the next bytes; true when a frame that ends in them is an acknowledgement."""
        self._rest += data
        found = False
        while len(self._rest) >= HEADER + 1:
            if self._rest.startswith(GREETING):  # once, before the client's first frame
                self._rest = self._rest[8:]
                continue
            kind, _, size = struct.unpack(">BHI", self._rest[:HEADER])
            end = HEADER + size + 1
            if len(self._rest) < end:
                break
            found |= kind == METHOD and struct.unpack(">HH", self._rest[HEADER : HEADER + 4]) == ACK
            self._rest = self._rest[end:]
        return found


class HttpAcks:
    """Whether what was just read begins the answer that takes a batch."""

    def feed(self, data: bytes) -> bool:
        """True for the first bytes of a 204."""
        return data.startswith(b"HTTP/1.1 204")


class Proxy:
    """Listens on a port of its own and passes everything on to ``target``, which may be down."""

    def __init__(self, target: tuple[str, int], acks: type[AmqpAcks] | type[HttpAcks]) -> None:
        self._target = target
        self._acks = acks
        self._lock = threading.Lock()
        self._sockets: set[socket.socket] = set()
        self._strike: Callable[[], None] | None = None
        self._server = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._server.getsockname()[1]
        threading.Thread(target=self._listen, daemon=True).start()

    def cut(self) -> None:
        """End every connection in the middle of whatever it was saying."""
        with self._lock:
            sockets, self._sockets = self._sockets, set()
        for each in sockets:
            _reset(each)

    def before_next_ack(self, strike: Callable[[], None] | None) -> None:
        """Call ``strike`` when the next acknowledgement comes by, which then goes no further. None: call it off."""
        with self._lock:
            self._strike = strike

    def close(self) -> None:
        """Listen no more."""
        self._server.close()
        self.cut()

    def _listen(self) -> None:
        with suppress(OSError):
            while True:
                inner, _ = self._server.accept()
                threading.Thread(target=self._connect, args=(inner,), daemon=True).start()

    def _connect(self, inner: socket.socket) -> None:
        try:
            outer = socket.create_connection(self._target, timeout=5)
        except OSError:
            _reset(inner)
            return
        outer.settimeout(None)
        with self._lock:
            self._sockets |= {inner, outer}
        for source, sink in ((inner, outer), (outer, inner)):
            source.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            threading.Thread(target=self._pass_on, args=(source, sink), daemon=True).start()

    def _pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        acks = self._acks()
        with suppress(OSError):
            while data := source.recv(65536):
                if acks.feed(data) and self._struck():
                    break
                sink.sendall(data)
        for each in (source, sink):
            with self._lock:
                self._sockets.discard(each)
            _reset(each)

    def _struck(self) -> bool:
        with self._lock:
            strike, self._strike = self._strike, None
        if strike is None:
            return False
        strike()
        return True


def _reset(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        # Wakes the thread that reads it, which close alone would leave waiting.
        connection.shutdown(socket.SHUT_RD)
    connection.close()
