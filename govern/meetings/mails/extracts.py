"""The mail that brings extracts of resolutions to those charged with something. Nothing confidential in its text."""

from __future__ import annotations

from collections.abc import Sequence

from govern import mail
from govern.formats import date_text
from govern.mail import Attachment, OutgoingMail
from govern.meetings.extract_content import ExtractRecipient
from govern.people.mails import sender
from govern.people.models import Body
from govern.web import absolute_url


def extracts_mail(
    body: Body, address: str, recipients: Sequence[ExtractRecipient], files: Sequence[Attachment], *,
    is_preliminary: bool, host: str,
) -> OutgoingMail:  # fmt: skip
    """One mail to ``address`` with all its extracts; ``recipients`` are the lines of the preview that led to it."""
    from_name, from_address = sender(body)
    numbers = list(dict.fromkeys(r.resolution.number or "ohne Nummer" for r in recipients))
    lines = [
        "anbei erhalten Sie "
        + ("einen Beschlussauszug" if len(numbers) == 1 else f"{len(numbers)} Beschlussauszüge")
        + f" ({recipients[0].resolution.committee.name}, {date_text(recipients[0].resolution.resolved_on)})."
    ]
    if is_preliminary:
        lines.append("Der Wortlaut ist vorläufig, bis das Protokoll freigegeben ist.")
    lines += [_of_one(r) for r in recipients]
    text = "\n\n".join(["Guten Tag,", *lines, f"Mit freundlichen Grüßen\n{from_name}"]) + "\n"
    subject = f"Beschlussauszug {numbers[0]}" if len(numbers) == 1 else f"Beschlussauszüge {', '.join(numbers)}"
    return mail.queue(
        body_id=body.id, to_address=address, to_name=recipients[0].label, from_address=from_address,
        from_name=from_name, subject=subject, text=text, host=host, attachments=files,
    )  # fmt: skip


def _of_one(recipient: ExtractRecipient) -> str:
    head = f"Beschluss {recipient.resolution.number or ''}, an: {recipient.label}"
    if not recipient.resolution.is_public:
        return f"{head} (nicht öffentlich; Näheres steht nur in der Anlage)"
    tasks = [
        f"- {line.text}" + (f" ({line.detail})" if line.detail else "")
        + (f"\n  {absolute_url(line.url)}" if line.url else "")
        for line in recipient.lines
    ]  # fmt: skip
    return "\n".join([head, *tasks])
