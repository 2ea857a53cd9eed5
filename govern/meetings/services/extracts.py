"""Send extracts of resolutions to whoever is charged with something by them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from govern.db import db
from govern.errors import DomainError
from govern.mail import Attachment
from govern.meetings.contributions import ItemSection
from govern.meetings.exports import extract_pdf
from govern.meetings.extract_content import ExtractRecipient
from govern.meetings.mails.extracts import extracts_mail
from govern.meetings.models import ResolutionExtract
from govern.meetings.queries.extracts import extract_with
from govern.people.models import User

HEADING = "Daraus für Sie"


def send_extracts(recipients: Sequence[ExtractRecipient], *, host: str, by: User) -> int:
    """Put the extracts into the outbox, one mail to each address; what went to whom is kept. Returns how many mails."""
    if not recipients:
        raise DomainError("Bitte wählen Sie, wer einen Auszug bekommt.", field="recipients")
    posts: dict[str, list[ExtractRecipient]] = defaultdict(list)
    for recipient in recipients:
        if recipient.address is None:
            raise DomainError(f"{recipient.label}: {recipient.why_not}.", field="recipients")
        posts[recipient.address.casefold()].append(recipient)
    for post in posts.values():
        _send(post, host=host, by=by)
    db.session.flush()
    return len(posts)


def _send(post: Sequence[ExtractRecipient], *, host: str, by: User) -> None:
    address = post[0].address or ""
    contents = [extract_with(r.resolution, [ItemSection(HEADING, r.lines)]) for r in post]
    files = [
        Attachment(f"{content.file_name}.pdf", extract_pdf.MEDIA_TYPE, extract_pdf.as_pdf(content))
        for content in contents
    ]
    mail = extracts_mail(
        post[0].resolution.committee.body, address, post, files, host=host,
        is_preliminary=any(content.is_preliminary for content in contents),
    )  # fmt: skip
    db.session.add_all(
        ResolutionExtract(
            resolution_id=r.resolution.id, addressee=r.addressee, recipient=r.label, address=address,
            is_preliminary=content.is_preliminary, sent_by_id=by.id, mail=mail,
        )
        for r, content in zip(post, contents, strict=True)
    )  # fmt: skip
