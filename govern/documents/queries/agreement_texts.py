"""Two versions of the text of an agreement side by side (F7), as far as a person may read them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa
from sqlalchemy.orm import defer

from govern.db import db, now
from govern.documents.importing.markdown import read_markdown
from govern.documents.importing.outline import FRONT
from govern.documents.models import Agreement, AgreementVersion
from govern.documents.policies_agreements import agreement_texts_viewable_by
from govern.documents.sections import Tree
from govern.documents.synopsis import compare
from govern.documents.synopsis_content import SynopsisContent
from govern.formats import partial_date
from govern.people.models import User


@dataclass(frozen=True)
class TextComparison:
    """The versions with words, and the two that are compared; none while there are fewer than two."""

    versions: Sequence[AgreementVersion]
    old: AgreementVersion | None = None
    new: AgreementVersion | None = None


def text_comparison(
    user: User, agreement: Agreement, old_id: int | None, new_id: int | None
) -> TextComparison | None:  # fmt: skip
    """The two versions asked for; without one the newest and the one before. None: no such text to be read."""
    versions = db.session.scalars(
        sa.select(AgreementVersion)
        .where(agreement_texts_viewable_by(user, agreement), AgreementVersion.text.is_not(None))
        .options(defer(AgreementVersion.text))
        .order_by(AgreementVersion.number.desc())
    ).all()
    by_id = {version.id: version for version in versions}
    if any(asked is not None and asked not in by_id for asked in (old_id, new_id)):
        return None
    if len(versions) < 2:
        return TextComparison(versions)
    new = by_id[new_id] if new_id is not None else next(v for v in versions if v.id != old_id)
    before = next((v for v in versions if v.number < new.number), versions[versions.index(new) - 1])
    return TextComparison(versions, by_id[old_id] if old_id is not None else before, new)


def is_comparable(user: User, agreement: Agreement, texts: Sequence[AgreementVersion]) -> bool:
    """Whether two of ``texts``, those that ``user`` may read, have words and not only a file."""
    if len(texts) < 2:
        return False
    words = agreement_texts_viewable_by(user, agreement), AgreementVersion.text.is_not(None)
    return len(db.session.scalars(sa.select(AgreementVersion.id).where(*words).limit(2)).all()) == 2


def text_synopsis(
    agreement: Agreement, old: AgreementVersion, new: AgreementVersion, *, only_changes: bool
) -> SynopsisContent:  # fmt: skip
    """The Synopse of two texts as it is handed out."""
    return SynopsisContent(agreement.title, agreement.body.name, _label(old), _label(new), now(),
                           compare(_tree(old), _tree(new)), only_changes=only_changes)  # fmt: skip


def _label(version: AgreementVersion) -> str:
    return f"{version.label} (Stand {partial_date(version.status_date)})" if version.status_date else version.label


def _tree(version: AgreementVersion) -> Tree:
    """The sections that the headings of a text make; what stands before the first is one too."""
    found = read_markdown((version.text or "").encode()).sections
    alone = "Text" if len(found) == 1 else "Vor dem ersten Abschnitt"
    return tuple(replace(each, heading=alone) if each.heading == FRONT else each for each in found)
