"""Sweeps, and the agents that work on them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "sweeps",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("name", sa.Text(), server_default="", nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("config", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("controller", sa.Text(), server_default="", nullable=False),
        sa.Column("scheduled", sa.Text(), server_default="{}", nullable=False),
        sa.Column("drained", sa.Boolean(), server_default=sa.false(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.Column("deleted_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name=op.f("fk_sweeps_project")),
        sa.ForeignKeyConstraint(["user"], ["users.key"], name=op.f("fk_sweeps_user")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sweeps")),
        sa.UniqueConstraint("project", "id", name=op.f("uq_sweeps_project_id")),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "sweep_agents",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.Column("id", sa.String(length=8), nullable=False),
        sa.Column("host", sa.Text(), server_default="", nullable=False),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=8), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("heartbeat_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["sweep"], ["sweeps.key"], name=op.f("fk_sweep_agents_sweep")),
        sa.ForeignKeyConstraint(["user"], ["users.key"], name=op.f("fk_sweep_agents_user")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_sweep_agents")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_sweep_agents_sweep"), "sweep_agents", ["sweep"], unique=False)
    op.create_table(
        "sweep_runs",
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("sweep", sa.Integer(), nullable=False),
        sa.Column("args", sa.Text(), nullable=False),
        sa.Column("agent", sa.Integer(), nullable=True),
        sa.Column("issued_at", sa.Float(), nullable=True),
        sa.Column("issues", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.ForeignKeyConstraint(["run"], ["runs.key"], name=op.f("fk_sweep_runs_run")),
        sa.ForeignKeyConstraint(["sweep"], ["sweeps.key"], name=op.f("fk_sweep_runs_sweep")),
        sa.PrimaryKeyConstraint("run", name=op.f("pk_sweep_runs")),
    )
    op.create_index(op.f("ix_sweep_runs_agent"), "sweep_runs", ["agent"], unique=False)
    op.create_index(op.f("ix_sweep_runs_sweep"), "sweep_runs", ["sweep"], unique=False)
