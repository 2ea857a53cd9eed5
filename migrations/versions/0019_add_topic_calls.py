"""Calls for topics: the mail to the members, and the days it named."""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "topic_call",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("list_mail_id", sa.Integer(), nullable=False),
        sa.Column("topics_until", sa.Date(), nullable=True),
        sa.Column("papers_until", sa.Date(), nullable=True),
        sa.Column("addresses", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["list_mail_id"], ["list_mail.id"], name=op.f("fk_topic_call_list_mail_id_list_mail")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_topic_call_meeting_id_meeting"), ondelete="CASCADE"
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_call")),
        sa.UniqueConstraint("list_mail_id", name=op.f("uq_topic_call_list_mail_id")),
    )
    op.create_index(op.f("ix_topic_call_meeting_id"), "topic_call", ["meeting_id"])


def downgrade() -> None:
    op.drop_table("topic_call")
