"""Artifacts: collections, versions, aliases, what they hold, who made and used them."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "garbage",
        sa.Column("digest", sa.String(length=64), nullable=False),
        sa.Column("since", sa.Float(), nullable=False),
        sa.PrimaryKeyConstraint("digest", name=op.f("pk_garbage")),
    )
    op.create_index(op.f("ix_garbage_since"), "garbage", ["since"], unique=False)
    op.create_table(
        "artifact_bytes",
        sa.Column("entity", sa.Integer(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["entity"], ["entities.key"], name=op.f("fk_artifact_bytes_entity")),
        sa.PrimaryKeyConstraint("entity", "digest", name=op.f("pk_artifact_bytes")),
    )
    op.create_index(op.f("ix_artifact_bytes_blob"), "artifact_bytes", ["blob"], unique=False)
    op.create_table(
        "artifact_types",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name=op.f("fk_artifact_types_project")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artifact_types")),
        sa.UniqueConstraint("project", "name", name=op.f("uq_artifact_types_project_name")),
    )
    op.create_table(
        "artifact_collections",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("project", sa.Integer(), nullable=False),
        sa.Column("type", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(length=128), nullable=False),
        sa.Column("kind", sa.String(length=10), nullable=False),
        sa.Column("description", sa.Text(), nullable=True),
        sa.Column("tags", sa.Text(), server_default="[]", nullable=False),
        sa.Column("next_version", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.Column("deleted_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["project"], ["projects.key"], name=op.f("fk_artifact_collections_project")),
        sa.ForeignKeyConstraint(["type"], ["artifact_types.key"], name=op.f("fk_artifact_collections_type")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artifact_collections")),
        sqlite_autoincrement=True,
    )
    op.create_index(
        "ix_artifact_collections_name",
        "artifact_collections",
        ["project", "name"],
        unique=True,
        sqlite_where=sa.text("deleted_at is null"),
    )
    op.create_index(op.f("ix_artifact_collections_type"), "artifact_collections", ["type"], unique=False)
    op.create_table(
        "artifacts",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("collection", sa.Integer(), nullable=False),
        sa.Column("state", sa.String(length=9), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("algorithm", sa.String(length=16), nullable=False),
        sa.Column("description", sa.Text(), server_default="", nullable=False),
        sa.Column("metadata", sa.Text(), server_default="{}", nullable=False),
        sa.Column("tags", sa.Text(), server_default="[]", nullable=False),
        sa.Column("aliases", sa.Text(), server_default="[]", nullable=False),
        sa.Column("ttl_secs", sa.Integer(), nullable=True),
        sa.Column("history_step", sa.Integer(), nullable=True),
        sa.Column("distributed", sa.Text(), nullable=True),
        sa.Column("size_bytes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("file_count", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("run", sa.Integer(), nullable=True),
        sa.Column("user", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.Column("updated_at", sa.Float(), nullable=False),
        sa.Column("deleted_at", sa.Float(), nullable=True),
        sa.Column("cleared_at", sa.Float(), nullable=True),
        sa.ForeignKeyConstraint(["collection"], ["artifact_collections.key"], name=op.f("fk_artifacts_collection")),
        sa.ForeignKeyConstraint(["run"], ["runs.key"], name=op.f("fk_artifacts_run")),
        sa.ForeignKeyConstraint(["user"], ["users.key"], name=op.f("fk_artifacts_user")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artifacts")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_artifacts_collection_digest"), "artifacts", ["collection", "digest"], unique=False)
    op.create_index(op.f("ix_artifacts_state_updated_at"), "artifacts", ["state", "updated_at"], unique=False)
    op.create_table(
        "artifact_aliases",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("collection", sa.Integer(), nullable=False),
        sa.Column("alias", sa.Text(), nullable=False),
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_aliases_artifact")),
        sa.ForeignKeyConstraint(
            ["collection"], ["artifact_collections.key"], name=op.f("fk_artifact_aliases_collection")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artifact_aliases")),
        sa.UniqueConstraint("collection", "alias", name=op.f("uq_artifact_aliases_collection_alias")),
    )
    op.create_index(op.f("ix_artifact_aliases_artifact"), "artifact_aliases", ["artifact"], unique=False)
    op.create_table(
        "artifact_clients",
        sa.Column("client", sa.String(length=200), nullable=False),
        sa.Column("artifact", sa.Integer(), nullable=True),
        sa.Column("collection", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_clients_artifact")),
        sa.ForeignKeyConstraint(
            ["collection"], ["artifact_collections.key"], name=op.f("fk_artifact_clients_collection")
        ),
        sa.PrimaryKeyConstraint("client", name=op.f("pk_artifact_clients")),
    )
    op.create_index(op.f("ix_artifact_clients_artifact"), "artifact_clients", ["artifact"], unique=False)
    op.create_table(
        "artifact_entries",
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("ref", sa.Text(), nullable=True),
        sa.Column("birth", sa.Integer(), nullable=True),
        sa.Column("extra", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_entries_artifact")),
        sa.PrimaryKeyConstraint("artifact", "path", name=op.f("pk_artifact_entries")),
    )
    op.create_index(op.f("ix_artifact_entries_blob"), "artifact_entries", ["blob"], unique=False)
    op.create_table(
        "artifact_manifests",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=11), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("base", sa.Integer(), nullable=True),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_manifests_artifact")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artifact_manifests")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_artifact_manifests_artifact"), "artifact_manifests", ["artifact"], unique=False)
    op.create_index(op.f("ix_artifact_manifests_blob"), "artifact_manifests", ["blob"], unique=False)
    op.create_table(
        "artifact_memberships",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("collection", sa.Integer(), nullable=False),
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_memberships_artifact")),
        sa.ForeignKeyConstraint(
            ["collection"], ["artifact_collections.key"], name=op.f("fk_artifact_memberships_collection")
        ),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artifact_memberships")),
        sa.UniqueConstraint("collection", "artifact", name=op.f("uq_artifact_memberships_collection_artifact")),
        sa.UniqueConstraint("collection", "version", name=op.f("uq_artifact_memberships_collection_version")),
    )
    op.create_index(op.f("ix_artifact_memberships_artifact"), "artifact_memberships", ["artifact"], unique=False)
    op.create_table(
        "artifact_outputs",
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_outputs_artifact")),
        sa.ForeignKeyConstraint(["run"], ["runs.key"], name=op.f("fk_artifact_outputs_run")),
        sa.PrimaryKeyConstraint("artifact", "run", name=op.f("pk_artifact_outputs")),
    )
    op.create_index(op.f("ix_artifact_outputs_run"), "artifact_outputs", ["run"], unique=False)
    op.create_table(
        "artifact_uploads",
        sa.Column("key", sa.Integer(), nullable=False),
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=True),
        sa.Column("size_bytes", sa.Integer(), server_default=sa.text("0"), nullable=False),
        sa.Column("parts", sa.Text(), nullable=True),
        sa.Column("created_at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_uploads_artifact")),
        sa.PrimaryKeyConstraint("key", name=op.f("pk_artifact_uploads")),
        sa.UniqueConstraint("artifact", "path", "digest", name=op.f("uq_artifact_uploads_artifact_path_digest")),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_artifact_uploads_blob"), "artifact_uploads", ["blob"], unique=False)
    op.create_table(
        "artifact_uses",
        sa.Column("artifact", sa.Integer(), nullable=False),
        sa.Column("run", sa.Integer(), nullable=False),
        sa.Column("used_as", sa.Text(), nullable=True),
        sa.Column("at", sa.Float(), nullable=False),
        sa.ForeignKeyConstraint(["artifact"], ["artifacts.key"], name=op.f("fk_artifact_uses_artifact")),
        sa.ForeignKeyConstraint(["run"], ["runs.key"], name=op.f("fk_artifact_uses_run")),
        sa.PrimaryKeyConstraint("artifact", "run", name=op.f("pk_artifact_uses")),
    )
    op.create_index(op.f("ix_artifact_uses_run"), "artifact_uses", ["run"], unique=False)
    op.create_table(
        "artifact_upload_parts",
        sa.Column("upload", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("blob", sa.String(length=64), nullable=False),
        sa.Column("size_bytes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["upload"], ["artifact_uploads.key"], name=op.f("fk_artifact_upload_parts_upload")),
        sa.PrimaryKeyConstraint("upload", "number", name=op.f("pk_artifact_upload_parts")),
    )
    op.create_index(op.f("ix_artifact_upload_parts_blob"), "artifact_upload_parts", ["blob"], unique=False)
