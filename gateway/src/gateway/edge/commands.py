"""``python -m gateway nginx`` and ``python -m gateway certificate``."""

import argparse
import os
import sys
from ipaddress import ip_network
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from chassis.settings import load
from gateway.edge.certificate import HalfThere, ensure
from gateway.edge.render import Edge, render

if TYPE_CHECKING:
    Commands = argparse._SubParsersAction[argparse.ArgumentParser]


def add(commands: "Commands") -> None:
    """Add both commands."""
    _add_certificate(commands)
    nginx = commands.add_parser("nginx", help="print nginx's configuration")
    nginx.set_defaults(run=_nginx)
    option = nginx.add_argument
    option("--output", type=Path, help="write to this file instead")
    option("--http", default=Edge.http, help="[address:]port of plain HTTP, which leads to HTTPS (%(default)s)")
    option("--https", default=Edge.https, help="[address:]port of HTTPS (%(default)s)")
    option("--plain", action="store_true", help="answer plain HTTP: whoever stands in front does TLS")
    option("--certificate", default=Edge.certificate, metavar="FILE", help="with its chain (%(default)s)")
    option("--key", default=Edge.key, metavar="FILE", help="%(default)s")
    option("--folder", default=Edge.folder, help="where nginx may write (%(default)s)")
    option("--log", default=Edge.log, metavar="FILE", help="one JSON object a request (%(default)s)")
    option("--workers", default=Edge.workers, help="processes (%(default)s)")
    option("--connections", type=int, default=Edge.connections, help="requests in hand per address (%(default)s)")
    option("--read-seconds", type=int, default=Edge.read_seconds, help="a service may be silent (%(default)s)")
    option("--nginx", type=_version, default=Edge.nginx, metavar="VERSION", help="which will read it (1.22)")
    option("--resolver", default="", metavar="ADDRESS", help="DNS to look names up again (nginx 1.27.3 or later)")
    option(
        "--trusted", action="append", type=_network, default=[], metavar="NETWORK",
        help="where proxies stand that may say who the client is; repeat for more",
    )  # fmt: skip


def _add_certificate(commands: "Commands") -> None:
    certificate = commands.add_parser("certificate", help="make a self-signed certificate where none is")
    certificate.set_defaults(run=_certificate)
    option = certificate.add_argument
    option(
        "folder", type=Path, nargs="?", default=os.environ.get("CERTIFICATE_DIR"),
        help="where tls.crt and tls.key are, or shall be (CERTIFICATE_DIR)",
    )  # fmt: skip
    option("--host", action="append", help="a name or address it is for (that of PUBLIC_URL); repeat for more")


def _certificate(args: argparse.Namespace) -> None:
    if args.folder is None:
        sys.exit("certificate: say in which FOLDER, or set CERTIFICATE_DIR")
    hosts = args.host or [urlsplit(os.environ.get("PUBLIC_URL", "")).hostname or "localhost"]
    try:
        made = ensure(Path(args.folder), hosts)
    except (HalfThere, OSError) as error:
        sys.exit(f"certificate: {error}")
    sys.stdout.write(f"certificate: {'made' if made else 'already there'}: {args.folder}\n")


def _nginx(args: argparse.Namespace) -> None:
    options = {name: value for name, value in vars(args).items() if name in Edge.__dataclass_fields__}
    if args.resolver and args.nginx < (1, 27, 3):
        sys.exit("nginx: --resolver needs --nginx 1.27.3 or later")
    try:
        surroundings = load(Edge.surroundings)
    except ValueError as error:
        sys.exit(f"nginx: {error}")
    text = render(Edge(**surroundings, **options | {"trusted": tuple(args.trusted)}))  # type: ignore[arg-type]
    if args.output:
        args.output.write_text(text)
    else:
        sys.stdout.write(text)


def _version(text: str) -> tuple[int, ...]:
    return tuple(int(part) for part in text.split("."))


def _network(text: str) -> str:
    """Not the whole world: whoever may say who the client is may say anything."""
    network = ip_network(text)
    if network.prefixlen == 0:
        raise argparse.ArgumentTypeError("everybody cannot be trusted")
    return str(network)
