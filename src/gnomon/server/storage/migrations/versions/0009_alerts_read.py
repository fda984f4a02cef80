"""Which alerts somebody has read."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "alerts_read",
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("alert", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["user"], ["users.key"], name=op.f("fk_alerts_read_user")),
        sa.ForeignKeyConstraint(["alert"], ["alerts.id"], name=op.f("fk_alerts_read_alert")),
        sa.PrimaryKeyConstraint("user", "alert", name=op.f("pk_alerts_read")),
    )
    op.create_index(op.f("ix_alerts_read_alert"), "alerts_read", ["alert"], unique=False)
