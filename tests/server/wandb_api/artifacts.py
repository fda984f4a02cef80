"""What the official client does to log and read artifacts, in few words: the same documents, sent by hand."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import httpx

from gnomon.model.manifest import Entry, digest_of

CREATE = """
mutation CreateArtifact ($input: CreateArtifactInput!) {
  createArtifact(input: $input) { ...CreatedArtifact }
}
fragment CreatedArtifact on CreateArtifactPayload {
  artifact { id state artifactSequence { latestArtifact { id } } }
}
"""
MANIFEST = """
mutation CreateArtifactManifest ($artifactID: ID!, $baseArtifactID: ID, $name: String!, $digest: String!,
  $entityName: String!, $projectName: String!, $runName: String!, $manifestType: ArtifactManifestType!,
  $includeUpload: Boolean!) {
  createArtifactManifest(input: {artifactID: $artifactID, baseArtifactID: $baseArtifactID, name: $name,
    digest: $digest, entityName: $entityName, projectName: $projectName, runName: $runName, type: $manifestType}) {
    artifactManifest { id file {
      id uploadUrl @include(if: $includeUpload) uploadHeaders @include(if: $includeUpload) } }
  }
}
"""
UPDATE_MANIFEST = """
mutation UpdateArtifactManifest ($artifactManifestID: ID!, $digest: String, $baseArtifactID: ID,
  $includeUpload: Boolean!) {
  updateArtifactManifest(input: {artifactManifestID: $artifactManifestID, digest: $digest,
    baseArtifactID: $baseArtifactID}) {
    artifactManifest { id file {
      id uploadUrl @include(if: $includeUpload) uploadHeaders @include(if: $includeUpload) } }
  }
}
"""
FILES = """
mutation CreateArtifactFiles ($input: CreateArtifactFilesInput!) {
  createArtifactFiles(input: $input) { files { edges { node {
    storagePath uploadUrl uploadHeaders
    uploadMultipartUrls { uploadID uploadUrlParts { partNumber uploadUrl } } artifact { id } } } } }
}
"""
COMPLETE = """
mutation CompleteMultipartUploadArtifact($completeMultipartAction: CompleteMultipartAction!,
  $completedParts: [UploadPartsInput!]!, $artifactID: ID!, $storagePath: String!, $uploadID: String!) {
  completeMultipartUploadArtifact(input: {completeMultipartAction: $completeMultipartAction,
    completedParts: $completedParts, artifactID: $artifactID, storagePath: $storagePath, uploadID: $uploadID}) {
    digest }
}
"""
COMMIT = """
mutation CommitArtifact ($artifactID: ID!) {
  commitArtifact(input: {artifactID: $artifactID}) { artifact { id digest } }
}
"""
FRAGMENTS = """
fragment ProjectInfoFragment on Project { id internalId name entity { name } }
fragment TagFragment on Tag { __typename id name }
fragment ArtifactAliasFragment on ArtifactAlias { __typename id alias }
fragment PageInfoFragment on PageInfo { __typename endCursor hasNextPage }
fragment CollectionInfoFragment on ArtifactCollection { __typename name project { ...ProjectInfoFragment } }
fragment SourceCollectionInfoFragment on ArtifactSequence { __typename name project { ...ProjectInfoFragment } }
fragment ArtifactFragment on Artifact {
  __typename id artifactSequence { ...SourceCollectionInfoFragment } versionIndex artifactType { name } description
  metadata ttlDurationSeconds ttlIsInherited tags { ...TagFragment } historyStep state size digest
  digestAlgorithm @include(if: true) commitHash fileCount createdAt updatedAt
  aliases @include(if: $includeAliases) { artifactCollection { ...CollectionInfoFragment } ...ArtifactAliasFragment }
}
fragment ArtifactMembershipFragment on ArtifactCollectionMembership {
  __typename id versionIndex createdAt aliases { ...ArtifactAliasFragment }
  artifactCollection { ...CollectionInfoFragment } artifact { ...ArtifactFragment }
}
fragment FileFragment on File {
  __typename id name: displayName url sizeBytes storagePath mimetype updatedAt digest md5 directUrl
}
fragment ArtifactCollectionFragment on ArtifactCollection {
  __typename id name description createdAt updatedAt project { ...ProjectInfoFragment }
  type: defaultArtifactType { name } tags { edges { node { ...TagFragment } } }
}
"""
BY_ID = "query ArtifactByID($id: ID!, $includeAliases: Boolean = true) { artifact(id: $id) { ...ArtifactFragment } }"
BY_NAME = """
query ArtifactMembershipByName($entity: String!, $project: String!, $name: String!, $includeAliases: Boolean = false) {
  project(name: $project, entityName: $entity) {
    artifactCollectionMembership(name: $name) { ...ArtifactMembershipFragment }
  }
}
"""
MEMBERSHIP_FILES = """
query ArtifactMembershipFiles($entity: String!, $project: String!, $collection: String!, $alias: String!,
  $fileNames: [String!], $cursor: String, $perPage: Int = 50) {
  project(name: $project, entityName: $entity) { artifactCollection(name: $collection) { __typename
    artifactMembership(aliasName: $alias) { files(names: $fileNames, after: $cursor, first: $perPage) {
      totalCount @include(if: true) pageInfo { ...PageInfoFragment } edges { node { ...FileFragment } } } } } }
}
"""
FETCH_MANIFEST = """
query FetchArtifactManifest($id: ID!) { artifact(id: $id) { currentManifest { ...DeferredManifestFragment } } }
fragment DeferredManifestFragment on ArtifactManifest { file { directUrl } }
"""
VERSIONS = """
query ProjectArtifacts($entity: String!, $project: String!, $type: String!, $collection: String!, $cursor: String,
  $perPage: Int = 50, $order: String, $filters: JSONString, $includeAliases: Boolean = true) {
  project(entityName: $entity, name: $project) { artifactType(name: $type) { artifactCollection(name: $collection) {
    __typename artifacts(after: $cursor, first: $perPage, order: $order, filters: $filters) {
      totalCount pageInfo { ...PageInfoFragment } edges { version node { ...ArtifactFragment } } } } } }
}
"""


def b64_md5(data: bytes) -> str:
    return base64.b64encode(hashlib.md5(data).digest()).decode()


@dataclass
class Failed(Exception):
    """An answer with errors."""

    errors: list[dict[str, Any]]

    def __str__(self) -> str:
        return "; ".join(error["message"] for error in self.errors)


def used_fragments(document: str) -> str:
    """The fragments that a document needs, and those that they need."""
    parts = {part.split()[0]: f"fragment {part}" for part in FRAGMENTS.split("fragment ")[1:]}
    found: dict[str, str] = {}
    text = document
    while True:
        new = {name: part for name, part in parts.items() if f"...{name}" in text and name not in found}
        if not new:
            return document + "".join(found.values())
        found.update(new)
        text += "".join(new.values())


@dataclass
class Artifacts:
    """Somebody who logs artifacts to a project with the official client."""

    client: httpx.AsyncClient
    entity: str
    project: str = "p"
    run: str | None = None
    sent: list[str] = field(default_factory=list)
    """Paths whose bytes were put."""

    async def ask(self, document: str, **variables: Any) -> Any:
        """The data of an answer. Raises Failed where it has errors."""
        body = {"query": used_fragments(document), "variables": variables}
        answer = (await self.client.post("/graphql", json=body)).json()
        if answer.get("errors"):
            raise Failed(answer["errors"])
        return answer["data"]

    async def create(self, name: str, digest: str, **given: Any) -> Any:
        aliases = given.pop("aliases", ["latest"])
        values = {
            "entityName": self.entity, "projectName": self.project, "artifactTypeName": "dataset",
            "artifactCollectionName": name, "runName": self.run, "digest": digest, "digestAlgorithm": "MANIFEST_MD5",
            "enableDigestDeduplication": True, "description": None, "metadata": None, "labels": None,
            "aliases": [{"artifactCollectionName": name, "alias": alias} for alias in aliases],
            "ttlDurationSeconds": None, "historyStep": None, "distributedID": None, "storageRegion": None, **given,
        }  # fmt: skip
        return (await self.ask(CREATE, input=values))["createArtifact"]["artifact"]

    async def manifest(self, id: str, *, kind: str = "FULL", base: str | None = None, data: bytes | None = None) -> Any:
        """Announce a manifest, and put it where there is one."""
        found = await self.ask(
            MANIFEST, artifactID=id, baseArtifactID=base, name="wandb_manifest.json",
            digest="" if data is None else b64_md5(data), entityName=self.entity, projectName=self.project,
            runName=self.run or "", manifestType=kind, includeUpload=data is not None,
        )  # fmt: skip
        made = found["createArtifactManifest"]["artifactManifest"]
        if data is not None:
            assert (await self.put(made["file"]["uploadUrl"], data)).status_code == 200
        return made

    async def files(self, id: str, files: Mapping[str, bytes], **given: Any) -> list[Any]:
        """Announce files: what the answer says of each."""
        specs = [{"artifactID": id, "name": path, "md5": b64_md5(data), **given} for path, data in files.items()]
        found = await self.ask(FILES, input={"artifactFiles": specs, "storageLayout": "V2"})
        return [edge["node"] for edge in found["createArtifactFiles"]["files"]["edges"]]

    async def put(self, url: str, data: bytes) -> httpx.Response:
        """Put bytes as the client does: without credentials."""
        return await self.client.put(url, content=data, headers={"authorization": ""})

    async def get(self, url: str, **headers: str) -> httpx.Response:
        """Get bytes as the client does: without credentials."""
        return await self.client.get(url, headers={"authorization": "", **headers})

    async def upload(self, id: str, files: Mapping[str, bytes]) -> None:
        """Announce files, and put those that are asked for."""
        for (path, data), node in zip(files.items(), await self.files(id, files), strict=True):
            if node["uploadUrl"] is not None:
                assert (await self.put(node["uploadUrl"], data)).status_code == 200
                self.sent.append(path)

    async def commit(self, id: str) -> Any:
        return (await self.ask(COMMIT, artifactID=id))["commitArtifact"]["artifact"]

    async def log(
        self, name: str, files: Mapping[str, bytes], refs: Mapping[str, str] | None = None, *, kind: str = "FULL",
        base: str | None = None, **given: Any,
    ) -> str:  # fmt: skip
        """Log an artifact from beginning to end, with the steps of the client; its id."""
        contents = manifest_of(files, refs or {})
        digest = digest_of({path: Entry(digest=entry["digest"]) for path, entry in contents.items()})
        made = await self.create(name, digest, **given)
        if made["state"] == "COMMITTED":
            return str(made["id"])
        latest = made["artifactSequence"]["latestArtifact"]
        base = base or (latest and latest["id"])
        announced = await self.manifest(made["id"], kind=kind, base=base)
        await self.upload(made["id"], files)
        data = manifest_bytes(contents)
        if kind == "FULL":
            await self.manifest(made["id"], kind=kind, base=base, data=data)
        else:
            found = await self.ask(
                UPDATE_MANIFEST, artifactManifestID=announced["id"], digest=b64_md5(data), baseArtifactID=None,
                includeUpload=True,
            )  # fmt: skip
            url = found["updateArtifactManifest"]["artifactManifest"]["file"]["uploadUrl"]
            assert (await self.put(url, data)).status_code == 200
        await self.commit(made["id"])
        return str(made["id"])

    async def by_id(self, id: str) -> Any:
        return (await self.ask(BY_ID, id=id))["artifact"]

    async def by_name(self, name: str) -> Any:
        found = await self.ask(BY_NAME, entity=self.entity, project=self.project, name=name)
        return found["project"] and found["project"]["artifactCollectionMembership"]

    async def listed(self, collection: str, version: str = "v0", **given: Any) -> Any:
        """The files of a version, as `artifact.files()` reads them."""
        found = await self.ask(
            MEMBERSHIP_FILES, entity=self.entity, project=self.project, collection=collection, alias=version, **given
        )
        return found["project"]["artifactCollection"]["artifactMembership"]["files"]

    async def read_manifest(self, id: str) -> Any:
        """The manifest of a version, as it is served."""
        found = await self.ask(FETCH_MANIFEST, id=id)
        answer = await self.get(found["artifact"]["currentManifest"]["file"]["directUrl"])
        assert answer.status_code == 200
        return answer.json()

    async def download(self, collection: str, version: str = "v0") -> dict[str, bytes]:
        """The files of a version, each by its signed address."""
        nodes = [edge["node"] for edge in (await self.listed(collection, version, perPage=5000))["edges"]]
        return {node["name"]: (await self.get(node["directUrl"])).content for node in nodes if node["md5"]}


def manifest_of(files: Mapping[str, bytes], refs: Mapping[str, str]) -> dict[str, Any]:
    """The contents of a manifest, as the client writes them."""
    contents: dict[str, Any] = {
        path: {"digest": b64_md5(data), "size": len(data), "skip_cache": False, "local_path": f"/tmp/{path}"}
        for path, data in files.items()
    }
    for path, ref in refs.items():
        contents[path] = {"digest": "an-etag", "ref": ref, "size": 8, "extra": {"etag": '"an-etag"'}}
    return contents


def manifest_bytes(contents: Mapping[str, Any]) -> bytes:
    return json.dumps(
        {"version": 1, "storagePolicy": "wandb-storage-policy-v1", "storagePolicyConfig": {"storageLayout": "V2"},
         "contents": contents}
    ).encode()  # fmt: skip
