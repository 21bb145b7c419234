"""``python -m identity audit verify [--organization ID] [--known HASH]``: nobody changed the record of rights."""

import argparse
import sys
from uuid import UUID

from chassis.database import SYSTEM, Database
from identity.usecases.verify_audit import Chain, verify_audit


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """What ``audit`` takes."""
    actions = parser.add_subparsers(dest="action", required=True, metavar="ACTION")
    verify = actions.add_parser("verify", help="check that no entry was changed, taken out or put in")
    verify.add_argument("--organization", type=UUID, help="only this organization's record")
    verify.add_argument("--known", type=bytes.fromhex, metavar="HASH", help="a hash kept outside; needs --organization")


def run(database: Database, arguments: argparse.Namespace) -> int:
    """0 when every chain holds; 1 with a line for each that does not on standard error."""
    if arguments.known and not arguments.organization:
        return _complain("--known needs --organization: a hash is of one record.")
    entries = chains = broken = 0
    with database.transaction(SYSTEM, snapshot=True) as session:
        for chain in verify_audit(session, arguments.organization, known=arguments.known):
            chains, entries = chains + 1, entries + chain.entries
            broken += _told(chain, always=arguments.organization is not None)
    if arguments.known and not chains:
        return _complain("The organization has no record.")
    sys.stdout.write(f"{entries} entries of {chains} records, {broken} broken.\n")
    return 1 if broken else 0


def _told(chain: Chain, *, always: bool) -> bool:
    whose = chain.organization_id or "the platform"
    if chain.fault is not None:
        _complain(f"{whose}: {chain.fault}.")
    elif always:
        sys.stdout.write(f"{whose}: {chain.entries} entries, the last one's hash is {chain.head.hex()}\n")
    return chain.fault is not None


def _complain(sentence: str) -> int:
    sys.stderr.write(sentence + "\n")
    return 1
