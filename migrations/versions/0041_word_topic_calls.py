"""mail_text: a committee also keeps words of its own for the call for topics."""

import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

OLD = ("invitation", "supplement", "change", "cancellation", "reminder", "minutes")


def upgrade() -> None:
    _replace("ck_mail_text_dispatchkind", "ck_mail_text_textkind", (*OLD, "topic_call"))


def downgrade() -> None:
    op.execute(sa.text("DELETE FROM mail_text WHERE kind = 'topic_call'"))
    _replace("ck_mail_text_textkind", "ck_mail_text_dispatchkind", OLD)


def _replace(old: str, new: str, kinds: tuple[str, ...]) -> None:
    with op.batch_alter_table("mail_text", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(old), type_="check")
        batch_op.create_check_constraint(batch_op.f(new), f"kind IN ({', '.join(map(repr, kinds))})")
