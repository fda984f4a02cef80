"""What the official client says of runs, and keeps of them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("runs", sa.Column("sweep", sa.Integer(), nullable=True))
    op.add_column("runs", sa.Column("client", sa.Text(), server_default="{}", nullable=False))
    op.add_column("runs", sa.Column("summary_sent", sa.Text(), nullable=True))
    op.create_index(op.f("ix_runs_sweep"), "runs", ["sweep"], unique=False)
    op.add_column("journals", sa.Column("first_line", sa.Integer(), server_default=sa.text("0"), nullable=False))
