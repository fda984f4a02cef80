"""What lists and counts of runs need, in one index."""

from __future__ import annotations

from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    columns = ["project", "deleted_at", "created_at", "updated_at", "state", "user"]
    op.create_index("ix_runs_listed", "runs", columns, unique=False)
