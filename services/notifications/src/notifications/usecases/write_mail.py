"""One mail, written at the moment it leaves: with the link, the rights and the wishes of that moment."""

from dataclasses import dataclass, field, replace
from email.headerregistry import Address
from uuid import UUID

from chassis.clock import now
from chassis.database import SYSTEM, Database
from chassis.wiring import use
from notifications.clients.invoices import Invoices
from notifications.clients.links import Links
from notifications.clients.privacy import Privacy
from notifications.clients.reports import Reports
from notifications.models import Organization
from notifications.queries.deliveries import Said
from notifications.queries.links import link_keys
from notifications.rules.categories import SERVICE
from notifications.rules.link_tokens import Unsubscribing, digest_of, open_token
from notifications.rules.mail import Attachment, Mail, address
from notifications.rules.notices import LINK_PURPOSE, footer, page
from notifications.settings import Settings
from notifications.usecases.attach_report import attach_report
from notifications.usecases.hand_over import NotWanted
from notifications.usecases.settle import Hand
from notifications.usecases.write import write


@dataclass(frozen=True)
class Desk:
    """What is at hand when a mail is written."""

    database: Database
    links: Links
    privacy: Privacy
    reports: Reports
    invoices: Invoices
    settings: Settings
    keys: list[bytes] = field(repr=False)

    @classmethod
    def of(cls, database: Database) -> "Desk":
        """As wired in ``app.py``."""
        with database.transaction(SYSTEM) as session:
            return cls(
                database,
                use(session, Links),
                use(session, Privacy),
                use(session, Reports),
                use(session, Invoices),
                use(session, Settings),
                link_keys(session),
            )


def write_mail(desk: Desk, hand: Hand) -> Mail:
    """Raises NotWanted, Unmailable, BadTemplate, and Refusal when somebody who is to be asked cannot be."""
    if hand.message.kind == "report":
        report = attach_report(desk.database, desk.reports, hand)
        mail = _letter(desk, hand, report.name, report.email)
        return replace(mail, attachments=(report.file,))
    mail = _letter(desk, hand, hand.row.name, hand.row.address)
    return replace(mail, attachments=_invoice(desk.invoices, hand.message))


def _invoice(invoices: Invoices, message: Said) -> tuple[Attachment, ...]:
    """The document of the invoice that the notice is about, printed at this moment."""
    if "invoice_id" not in message.data:
        return ()
    document = invoices.pdf(UUID(message.data["invoice_id"]))
    return (Attachment(f"{message.data['number']}.pdf", "application/pdf", document),)


def _letter(desk: Desk, hand: Hand, name: str | None, mailbox: str) -> Mail:
    organization, settings = hand.organization, desk.settings
    more = {"public_url": settings.public_url, **_link(desk.links, hand.message)}
    with desk.database.transaction(SYSTEM) as session:
        content = write(session, hand.message, organization, name, "email", **more)
    sender, reply_to = _from(settings, organization if hand.message.kind == "message" else None)
    stop = _unsubscribe(desk, hand, mailbox)
    foot = footer(settings.public_url, answered=reply_to is not None) if stop else ""
    return Mail(
        id=hand.row.id,
        round=hand.row.bounces,
        sender=sender,
        to=address(name, mailbox),
        reply_to=reply_to,
        subject=content.subject,
        text=f"{content.text}\n\n-- \n{foot}\nTo stop these mails: {stop}" if stop else content.text,
        html=page(content, organization.name if organization else None, foot, stop=stop, pixel=_pixel(desk, hand)),
        written_at=now(),
        unsubscribe=stop,
    )


def _link(links: Links, message: Said) -> dict[str, str]:
    purpose = LINK_PURPOSE.get(message.kind)
    if purpose is None:
        return {}
    url = links.make(purpose, UUID(message.data["subject_id"]))
    if url is None:
        raise NotWanted("no_longer_pending")
    return {"url": url}


def _from(settings: Settings, speaker: Organization | None) -> tuple[Address, Address | None]:
    """An organization speaks in its own name from our address, and is answered at its own."""
    if speaker is None:
        return settings.sender, None
    sender = address(f"{speaker.name} via Ufadhili", settings.sender.addr_spec)
    return sender, address(speaker.name, speaker.contact_email) if speaker.contact_email else None


def _unsubscribe(desk: Desk, hand: Hand, mailbox: str) -> str | None:
    """Where these mails are stopped; what somebody must be told cannot be."""
    if hand.message.category == SERVICE:
        return None
    token = Unsubscribing(hand.row.id, hand.message.category, digest_of(mailbox)).token(desk.keys)
    return f"{desk.settings.public_url}/unsubscribe/{token}"


def _pixel(desk: Desk, hand: Hand) -> str | None:
    """What tells that the mail was opened: only in organizations' mails to adults who have allowed it.

    Privacy is asked each time; when it does not know the age, or cannot be asked, the answer is no.
    """
    reader = hand.row.user_id
    if hand.message.kind != "message" or not hand.row.track_opens or reader not in desk.privacy.adults([reader]):
        return None
    return f"{desk.settings.public_url}/o/{open_token(hand.row.id, desk.keys)}.gif"
