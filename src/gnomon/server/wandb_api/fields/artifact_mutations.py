"""Versions of artifacts: made, filled, committed, used, changed, linked and deleted by the official client."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gnomon.model.artifact_name import LATEST
from gnomon.model.errors import NotFound, Rejected
from gnomon.server.actions.artifacts import ancestry, delete, edits, intake, links
from gnomon.server.actions.artifacts.commit import commit
from gnomon.server.actions.artifacts.create import Wish, create
from gnomon.server.actions.artifacts.edits import INHERIT, VersionPatch
from gnomon.server.actions.artifacts.intake import FileWish, kept_as
from gnomon.server.caller import not_there
from gnomon.server.storage.tables.artifacts import collections, uploads, versions
from gnomon.server.storage.tables.artifacts.uploads import UploadRow
from gnomon.server.storage.tables.artifacts.versions import ArtifactRow
from gnomon.server.wandb_api import artifact_files, artifacts
from gnomon.server.wandb_api.connection import connection
from gnomon.server.wandb_api.door import Door, Root, needed
from gnomon.server.wandb_api.ids import key_of
from gnomon.server.wandb_api.scalars import from_json

mutation = Root("Mutation")

KINDS = {"FULL": uploads.FULL, "INCREMENTAL": uploads.INCREMENTAL, "PATCH": uploads.PATCH}
TTL_INHERITED, TTL_DISABLED = -1, -2


@mutation.field("createArtifact", operation="artifact.create")
async def create_artifact(door: Door, **given: Any) -> dict[str, Any]:
    """Announce a version. An offline run that is sent later gives no entity, which is the caller's own then."""
    entity = await door.entity(given["entityName"] or None)
    created = await create(
        door.services.storage.tables, entity.key, given["projectName"], _wish(given), door.caller,
        now=door.services.clock(),
    )  # fmt: skip
    return {"artifact": created.artifact}


def _wish(given: dict[str, Any]) -> Wish:
    names = [given.get("artifactCollectionName"), *(given.get("artifactCollectionNames") or ())]
    collection = next((name for name in names if name), None)
    if collection is None:
        raise Rejected("artifactCollectionName is missing", field="artifactCollectionName")
    region = given.get("storageRegion")
    if region not in (None, "", "default"):
        raise Rejected(f"There is no storage region {region[:100]!r} here; leave it out", field="storageRegion")
    distributed = given.get("distributedID") or None
    return Wish(
        type=given["artifactTypeName"],
        collection=collection,
        digest=given["digest"],
        algorithm=given.get("digestAlgorithm") or "MANIFEST_MD5",
        run=given.get("runName") or None,
        description=given.get("description"),
        metadata=_metadata(given.get("metadata")),
        aliases=tuple(one["alias"] for one in given.get("aliases") or ()),
        tags=tuple(one["tagName"] for one in given.get("tags") or ()),
        ttl_secs=_ttl(given.get("ttlDurationSeconds")),
        history_step=given.get("historyStep"),
        distributed=distributed,
        client=given.get("clientID") or None,
        sequence_client=given.get("sequenceClientID") or None,
        deduplicates=bool(given.get("enableDigestDeduplication")),
    )


def _metadata(text: str | None) -> dict[str, Any] | None:
    if not text:
        return None
    value = from_json(text, field="metadata")
    if value is not None and not isinstance(value, dict):
        raise Rejected(f"metadata holds a {type(value).__name__}, not an object", field="metadata")
    return value


def _ttl(secs: int | None) -> int | None:
    """How long a new version is kept; None where nothing is said, or what its collection says."""
    if secs is None or secs == TTL_INHERITED:
        return None
    return 0 if secs == TTL_DISABLED else secs


@mutation.field("createArtifactManifest", operation="artifact.create")
async def create_manifest(
    door: Door,
    *,
    artifactID: str,
    name: str,
    digest: str,
    baseArtifactID: str | None = None,
    type: str | None = None,
    entityName: str | None = None,
    projectName: str | None = None,
    runName: str | None = None,
) -> dict[str, Any]:
    """Announce a manifest. Which run sends it was said with the version, and is said again by the client only."""
    row = await artifacts.the_artifact(door, artifactID)
    made = await intake.add_manifest(
        door.services.storage.tables, row, kind=KINDS[type or "FULL"], name=name, digest=digest,
        base=await _base(door, baseArtifactID), now=door.services.clock(),
    )  # fmt: skip
    return {"artifactManifest": artifact_files.manifest_node(door.services, door.origin_url, made)}


@mutation.field("updateArtifactManifest", operation="artifact.create")
async def update_manifest(
    door: Door, *, artifactManifestID: str, digest: str | None = None, baseArtifactID: str | None = None
) -> dict[str, Any]:
    tables, key = door.services.storage.tables, key_of("ArtifactManifest", artifactManifestID)
    row = await tables.read(lambda conn: uploads.manifest(conn, key))
    if row is None or await artifacts.by_key(door, row.artifact) is None:
        raise not_there("manifest", artifactManifestID[:100])
    base = await _base(door, baseArtifactID)
    changed = await intake.change_manifest(tables, row, digest=digest, base=base, now=door.services.clock())
    return {"artifactManifest": artifact_files.manifest_node(door.services, door.origin_url, changed)}


async def _base(door: Door, id: str | None) -> int | None:
    """The version that a manifest adds to; what the caller may not see is no such version."""
    if not id:
        return None
    row = await artifacts.find_artifact(door.asked.door("artifact.get"), id)
    return None if row is None else row.key


@mutation.field("createArtifactFiles", operation="artifact.create")
async def create_files(
    door: Door,
    *,
    artifactFiles: Sequence[dict[str, Any]],
    storageLayout: str | None = None,
    digestAlgorithm: str | None = None,
    cloudRegionID: str | None = None,
) -> dict[str, Any]:
    """Announce files; the answer has as many, in the same order. Where bytes lie is not the client's to say here."""
    rows = {id: await artifacts.the_artifact(door, id) for id in {spec["artifactID"] for spec in artifactFiles}}
    found: dict[int, UploadRow] = {}
    for id, row in rows.items():
        places = [at for at, spec in enumerate(artifactFiles) if spec["artifactID"] == id]
        wishes = [_file_wish(artifactFiles[at], digestAlgorithm) for at in places]
        made = await intake.announce(door.services.storage.tables, row, wishes, now=door.services.clock())
        found.update(zip(places, made, strict=True))
    return {
        "files": connection(
            [
                artifact_files.upload_node(door.services, door.origin_url, rows[spec["artifactID"]], found[at])
                for at, spec in enumerate(artifactFiles)
            ]
        )
    }


def _file_wish(spec: dict[str, Any], algorithm: str | None) -> FileWish:
    digest = spec.get("digest") or spec.get("md5")
    if not digest:
        raise Rejected(f"The file {spec['name']!r} has no digest", field="md5")
    parts = sorted(spec.get("uploadPartsInput") or (), key=lambda part: int(part["partNumber"]))
    if [part["partNumber"] for part in parts] != list(range(1, len(parts) + 1)):
        raise Rejected(f"The parts of {spec['name']!r} are not numbered 1, 2, 3 and so on", field="uploadPartsInput")
    said = spec.get("digestAlgorithm") or algorithm
    return FileWish(spec["name"], kept_as(digest, said), tuple(part["hexMD5"] for part in parts) or None)


@mutation.field("completeMultipartUploadArtifact", operation="artifact.create")
async def complete_multipart(
    door: Door,
    *,
    completeMultipartAction: str,
    completedParts: Sequence[dict[str, Any]],
    artifactID: str,
    storagePath: str,
    uploadID: str,
) -> dict[str, Any]:
    """The parts of a file become the file, or are forgotten."""
    row = await artifacts.the_artifact(door, artifactID)
    storage, now = door.services.storage, door.services.clock()
    key = int(uploadID) if uploadID.isascii() and uploadID.isdigit() and len(uploadID) < 19 else 0
    upload = await storage.tables.read(lambda conn: uploads.upload(conn, key))
    if upload is None or upload.artifact != row.key or storagePath != f"{artifact_files.STORED}/{row.key}/{key}":
        raise NotFound(f"There is no upload {uploadID[:40]!r} of this artifact")
    if completeMultipartAction == "Abort":
        await intake.abort(storage.tables, upload, now=now)
        return {"digest": None}
    parts = [(int(part["partNumber"]), part["hexMD5"]) for part in completedParts]
    digest = await door.services.artifact_work.do(
        "complete", key, lambda: intake.complete(storage.tables, storage.blobs, upload, parts, now=now)
    )
    return {"digest": digest}


@mutation.field("commitArtifact", operation="artifact.create")
async def commit_artifact(door: Door, *, artifactID: str) -> dict[str, Any]:
    row = await artifacts.the_artifact(door, artifactID)
    storage, now = door.services.storage, door.services.clock()
    committed = await door.services.artifact_work.do(
        "commit", row.key, lambda: commit(storage.tables, storage.blobs, row.key, door.caller, now=now)
    )
    artifacts.tell(door, committed)
    return {"artifact": committed}


@mutation.field("useArtifact", operation="run.edit")
async def use_artifact(
    door: Door,
    *,
    artifactID: str,
    entityName: str,
    projectName: str,
    runName: str,
    artifactEntityName: str | None = None,
    artifactProjectName: str | None = None,
    usedAs: str | None = None,
) -> dict[str, Any]:
    """The run uses the version, of which its id says everything that its names do."""
    run = await door.the_run(entityName or None, projectName, runName)
    row = await artifacts.the_artifact(door.asked.door("artifact.get"), artifactID)
    tables = door.services.storage.tables
    return {"artifact": await ancestry.use(tables, row, run, used_as=usedAs, now=door.services.clock())}


@mutation.field("updateArtifact", operation="artifact.edit")
async def update_artifact(
    door: Door,
    *,
    artifactID: str,
    description: str | None = None,
    metadata: str | None = None,
    labels: str | None = None,
    ttlDurationSeconds: int | None = None,
    tagsToAdd: Sequence[dict[str, Any]] | None = None,
    tagsToDelete: Sequence[dict[str, Any]] | None = None,
    aliases: Sequence[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """Change what people say of a version. `labels` are from a time before tags, and kept by nobody.

    `aliases`, which only old clients give, are all that it is to have in its own sequence.
    """
    tables, now = door.services.storage.tables, door.services.clock()
    row = await artifacts.the_artifact(door, artifactID)
    ttl = INHERIT if ttlDurationSeconds == TTL_INHERITED else _ttl(ttlDurationSeconds)
    wanted = VersionPatch(
        description=description,
        metadata=_metadata(metadata),
        ttl_secs=ttl,
        add_tags=tuple(tag["tagName"] for tag in tagsToAdd or ()),
        remove_tags=tuple(tag["tagName"] for tag in tagsToDelete or ()),
    )
    changed = await edits.patch(tables, row, wanted, door.caller, now=now)
    if aliases is not None:
        collection = await tables.read(lambda conn: collections.by_key(conn, row.collection))
        assert collection is not None
        named = [one["alias"] for one in aliases]
        await edits.set_aliases(tables, collection, row.key, named, door.caller, now=now)
    artifacts.tell(door, changed)
    return {"artifact": changed}


@mutation.field("addAliases", operation="artifact.edit")
async def add_aliases(door: Door, *, artifactID: str, aliases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    for collection, row, named in await _by_collection(door, artifactID, aliases):
        await edits.add_aliases(
            door.services.storage.tables, collection, row.key, named, door.caller, now=door.services.clock()
        )
        artifacts.tell(door, collection)
    return {"success": True}


@mutation.field("deleteAliases", operation="artifact.edit")
async def delete_aliases(door: Door, *, artifactID: str, aliases: Sequence[dict[str, Any]]) -> dict[str, Any]:
    for collection, row, named in await _by_collection(door, artifactID, aliases):
        await edits.remove_aliases(
            door.services.storage.tables, collection, row.key, named, door.caller, now=door.services.clock()
        )
        artifacts.tell(door, collection)
    return {"success": True}


async def _by_collection(door: Door, id: str, aliases: Sequence[dict[str, Any]]) -> list[tuple[Any, ArtifactRow, Any]]:
    """The collections that aliases are of, each with the version and its aliases. To change what a version is called
    in a place, one has to be able to change that place; the version has to be readable."""
    row = await artifacts.the_artifact(door.asked.door("artifact.get"), id)
    found: dict[tuple[str, str, str], list[str]] = {}
    for one in aliases:
        entity = one.get("entityName") or row.entity_name
        project = one.get("projectName") or row.project_name
        found.setdefault((entity, project, one["artifactCollectionName"]), []).append(one["alias"])
    return [(await artifacts.collection_named(door, *place), row, named) for place, named in found.items()]


@mutation.field("deleteArtifact", operation="artifact.delete")
async def delete_artifact(door: Door, *, artifactID: str, deleteAliases: bool | None = None) -> dict[str, Any]:
    row = await artifacts.the_artifact(door, artifactID)
    await delete.version(
        door.services.storage.tables, row, door.caller, with_aliases=bool(deleteAliases), now=door.services.clock()
    )
    artifacts.tell(door, row)
    return {"artifact": row}


@mutation.field("linkArtifact", operation="artifact.create")
async def link_artifact(
    door: Door,
    *,
    artifactID: str | None = None,
    clientID: str | None = None,
    artifactPortfolioID: str | None = None,
    artifactPortfolioName: str | None = None,
    entityName: str | None = None,
    projectName: str | None = None,
    aliases: Sequence[dict[str, Any]] | None = None,
) -> dict[str, Any]:
    """The version in a portfolio, which is named, or known by its id."""
    reading = door.asked.door("artifact.get")
    row = await artifacts.the_artifact(reading, artifactID) if artifactID else await _of_client(reading, clientID)
    if artifactPortfolioID:
        portfolio = await artifacts.the_collection(door, artifactPortfolioID)
        entity, project, name = portfolio.entity_name, portfolio.project_name, portfolio.name
    else:
        entity, project = entityName or row.entity_name, projectName or row.project_name
        name = needed(artifactPortfolioName, "artifactPortfolioName")
    target = await door.entity(entity)
    named = [one["alias"] for one in aliases or () if one["alias"] != LATEST]
    found = await links.link(
        door.services.storage.tables, row, target.key, project, name, named, now=door.services.clock()
    )
    artifacts.tell(door, found.collection)
    return {"versionIndex": found.membership.version, "artifactMembership": found}


async def _of_client(door: Door, client: str | None) -> ArtifactRow:
    known = await door.services.storage.tables.read(lambda conn: versions.find_client(conn, client or ""))
    row = None if known is None or known[0] is None else await artifacts.by_key(door, known[0])
    if row is None:
        raise not_there("artifact", (client or "")[:100])
    return row


@mutation.field("unlinkArtifact", operation="artifact.edit")
async def unlink_artifact(door: Door, *, artifactID: str, artifactPortfolioID: str) -> dict[str, Any]:
    row = await artifacts.the_artifact(door.asked.door("artifact.get"), artifactID)
    portfolio = await artifacts.the_collection(door, artifactPortfolioID)
    await links.unlink(door.services.storage.tables, row.key, portfolio, now=door.services.clock())
    artifacts.tell(door, portfolio)
    return {"artifactID": artifactID, "success": True}


bindables = [mutation]
