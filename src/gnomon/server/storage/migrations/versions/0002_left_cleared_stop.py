"""Users who left, runs that were cleared away, and runs that are asked to stop."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("users", sa.Column("left_at", sa.Float(), nullable=True))
    op.add_column("runs", sa.Column("cleared_at", sa.Float(), nullable=True))
    op.add_column("runs", sa.Column("stop_asked_at", sa.Float(), nullable=True))
    cleared = sa.text("update runs set cleared_at = deleted_at, config = '{}' where config = :mark")
    op.execute(cleared.bindparams(mark='{"_cleared":true}'))
