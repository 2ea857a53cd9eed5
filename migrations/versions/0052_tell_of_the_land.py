"""author_feedback: that a matter was reported to the Land is a stage of its own, which authors choose like the others.

Until now it was told under „ordered“: whoever chose that goes on being told.
"""

from collections.abc import Callable

import sqlalchemy as sa
from alembic import op

revision = "0052"
down_revision = "0051"
branch_labels = None
depends_on = None

OLD = ("bundled", "in_committee", "decided", "ordered", "done", "effect_checked")
NAME = "ck_author_feedback_feedbackstage"


def upgrade() -> None:
    _allow((*OLD, "forwarded"))
    _choose(lambda stages: sorted({*stages, "forwarded"}) if "ordered" in stages else stages)


def downgrade() -> None:
    _choose(lambda stages: [stage for stage in stages if stage != "forwarded"])
    # A text of the stage that is gone goes on as one of „ordered“, numbered after those that are there.
    op.execute(
        sa.text(
            "UPDATE author_feedback SET stage = 'ordered', number = number + (SELECT coalesce(max(other.number), 0)"
            " FROM author_feedback AS other WHERE other.matter_id = author_feedback.matter_id"
            " AND other.stage = 'ordered') WHERE stage = 'forwarded'"
        )
    )
    _allow(OLD)


def _allow(stages: tuple[str, ...]) -> None:
    with op.batch_alter_table("author_feedback", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f(NAME), type_="check")
        batch_op.create_check_constraint(batch_op.f(NAME), f"stage IN ({', '.join(map(repr, stages))})")


def _choose(change: Callable[[list[str]], list[str]]) -> None:
    choice = sa.table("feedback_choice", sa.column("user_id"), sa.column("stages", sa.JSON))
    connection = op.get_bind()
    for user_id, stages in connection.execute(sa.select(choice.c.user_id, choice.c.stages)).all():
        changed = change(stages)
        if changed != stages:
            connection.execute(choice.update().where(choice.c.user_id == user_id).values(stages=changed))
