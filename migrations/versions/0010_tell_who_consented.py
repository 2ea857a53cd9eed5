"""tell_who_consented"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("implementer_consent", schema=None) as batch_op:
        batch_op.add_column(sa.Column("answered_by_label", sa.String(), nullable=True))
    op.execute("UPDATE implementer_consent SET answered_at = NULL WHERE state = 'asked'")
    op.execute(
        "UPDATE implementer_consent SET answered_at = CURRENT_TIMESTAMP WHERE state <> 'asked' AND answered_at IS NULL"
    )
    with op.batch_alter_table("implementer_consent", schema=None) as batch_op:
        batch_op.create_check_constraint(
            batch_op.f("ck_implementer_consent_answer_complete"), "(state = 'asked') = (answered_at IS NULL)"
        )


def downgrade() -> None:
    with op.batch_alter_table("implementer_consent", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("ck_implementer_consent_answer_complete"), type_="check")
        batch_op.drop_column("answered_by_label")
