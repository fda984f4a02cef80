"""What belongs to others answers as what is not there, whichever root field of the schema is asked."""

from __future__ import annotations

import base64
import json
from dataclasses import asdict, dataclass
from typing import Any

import httpx
import pytest

from gnomon.server.wandb_api import schema
from gnomon.server.wandb_api.ids import to_id
from tests.server.conftest import Server
from tests.server.wandb_api.artifacts import Artifacts
from tests.server.wandb_api.asking import ask, begin, stream
from tests.server.wandb_api.test_sweeps import Client

pytestmark = pytest.mark.anyio

ABOUT_NOBODY_ELSE = {
    "viewer", "serverInfo", "users", "organization", "generateApiKey", "createTeam", "createUser",
    "createServiceAccount",
}  # fmt: skip
"""Fields that name nothing that somebody owns: they are about the caller or the server."""


@dataclass(frozen=True)
class World:
    """Names and ids of one of everything."""

    entity: str
    project: str
    run: str
    collection: str
    sweep: str
    client: str
    project_id: str
    run_id: str
    artifact_id: str
    sequence_id: str
    portfolio_id: str
    manifest_id: str
    sweep_id: str
    agent_id: str
    view_id: str
    file_id: str
    member_id: str
    key_id: str


NOWHERE = World(
    entity="qnobody", project="qproject", run="qrun", collection="qset", sweep="qsweep", client="qclient",
    project_id=to_id("Project", 4711), run_id=to_id("Run", 4711), artifact_id=to_id("Artifact", 4711),
    sequence_id=to_id("ArtifactSequence", 4711), portfolio_id=to_id("ArtifactPortfolio", 4711),
    manifest_id=to_id("ArtifactManifest", 4711), sweep_id=to_id("Sweep", 4711), agent_id=to_id("Agent", 4711),
    view_id=to_id("View", 4711), file_id=to_id("RunFile", "4711:a.txt"), member_id=to_id("Member", 4711),
    key_id=to_id("ApiKey", 4711),
)  # fmt: skip

_IN = 'entityName: "%(entity)s", projectName: "%(project)s"'
_RUN = _IN + ', runName: "%(run)s"'
_ID = 'id: "%({}_id)s"'
_ARTIFACT = 'artifactID: "%(artifact_id)s"'
_ALIASES = _ARTIFACT + ', aliases: [{artifactCollectionName: "%(collection)s", alias: "x", ' + _IN + "}]"
_TAGS = _IN + ', artifactCollectionName: "%(collection)s", tags: [{tagName: "x"}]'
_PARTS = 'completeMultipartAction: Abort, completedParts: [], storagePath: "x", uploadID: "x"'

QUERIES = {
    "artifact": ('id: "%(artifact_id)s"', "id"),
    "artifactCollection": ('id: "%(sequence_id)s"', "id"),
    "clientIDMapping": ('clientID: "%(client)s"', "serverID"),
    "entity": ('name: "%(entity)s"', 'id isTeam storageBytes members { id } project(name: "%(project)s") { id }'),
    "model": ('name: "%(project)s", entityName: "%(entity)s"', 'id bucket(name: "%(run)s", missingOk: true) { id }'),
    "models": ('entityName: "%(entity)s"', "totalCount edges { node { id } }"),
    "project": ('name: "%(project)s", entityName: "%(entity)s"', "id"),
    "view": ('id: "%(view_id)s"', "id"),
}
MUTATIONS = {
    "addAliases": _ALIASES,
    "agentHeartbeat": 'id: "%(agent_id)s", runState: "{}"',
    "commitArtifact": _ARTIFACT,
    "completeMultipartUploadArtifact": f"{_ARTIFACT}, {_PARTS}",
    "createAgent": _IN + ', host: "h", sweep: "%(sweep)s"',
    "createArtifact": _RUN + ', artifactTypeName: "t", artifactCollectionName: "c", digest: "d"',
    "createArtifactCollectionTagAssignments": _TAGS,
    "createArtifactFiles": "artifactFiles: [{" + _ARTIFACT + ', name: "x", md5: "x"}], storageLayout: V2',
    "createArtifactManifest": _ARTIFACT + ', name: "m", digest: "d", ' + _RUN,
    "createArtifactType": _IN + ', name: "t"',
    "createCustomChart": 'entity: "%(entity)s", name: "c", displayName: "c", type: "vega2", access: "P", spec: "{}"',
    "createInvite": 'entityName: "%(entity)s", username: "eve"',
    "createRunFiles": _RUN + ', files: ["a"]',
    "deleteAliases": _ALIASES,
    "deleteApiKey": 'id: "%(key_id)s"',
    "deleteArtifact": _ARTIFACT + ", deleteAliases: true",
    "deleteArtifactCollectionTagAssignments": _TAGS,
    "deleteArtifactPortfolio": 'artifactPortfolioID: "%(portfolio_id)s"',
    "deleteArtifactSequence": 'artifactSequenceID: "%(sequence_id)s"',
    "deleteFiles": 'files: ["%(file_id)s"]',
    "deleteInvite": 'id: "%(member_id)s", entityName: "%(entity)s"',
    "deleteModel": 'id: "%(project_id)s"',
    "deleteRun": 'id: "%(run_id)s", deleteArtifacts: true',
    "deleteView": 'id: "%(view_id)s"',
    "enqueueSweepRun": 'id: "%(sweep_id)s", config: "{}"',
    "linkArtifact": _ARTIFACT + ', artifactPortfolioName: "p", entityName: "eve", projectName: "p"',
    "markRunFilesUploaded": _RUN + ', files: ["a"]',
    "moveArtifactSequence": 'artifactSequenceID: "%(sequence_id)s", destinationArtifactTypeName: "t"',
    "notifyScriptableRunAlert": _RUN + ', title: "t", text: "t"',
    "renameProject": 'entityName: "%(entity)s", oldProjectName: "%(project)s", newProjectName: "n"',
    "rewindRun": _RUN + ', metricName: "_step", metricValue: 0',
    "stopRun": 'id: "%(run_id)s"',
    "unlinkArtifact": _ARTIFACT + ', artifactPortfolioID: "%(portfolio_id)s"',
    "updateArtifact": _ARTIFACT + ', description: "d"',
    "updateArtifactManifest": 'artifactManifestID: "%(manifest_id)s", digest: "d"',
    "updateArtifactPortfolio": 'artifactPortfolioID: "%(portfolio_id)s", description: "d"',
    "updateArtifactSequence": 'artifactSequenceID: "%(sequence_id)s", description: "d"',
    "updateRunState": 'id: "%(run_id)s", state: "failed"',
    "upsertBucket": 'id: "%(run_id)s", notes: "n"',
    "upsertModel": 'id: "%(project_id)s", description: "d"',
    "upsertSweep": 'id: "%(sweep_id)s", state: "CANCELED"',
    "upsertView": 'id: "%(view_id)s", description: "d"',
    "useArtifact": _ARTIFACT + ', entityName: "eve", projectName: "p", runName: "r"',
}
BY_NAME = {
    "upsertBucket": 'name: "%(run)s", modelName: "%(project)s", entityName: "%(entity)s"',
    "upsertModel": 'name: "%(project)s", entityName: "%(entity)s"',
    "upsertSweep": _IN + ', config: "method: grid"',
    "upsertView": _IN + ', spec: "{}"',
    "linkArtifact": 'clientID: "%(client)s", artifactPortfolioName: "p", entityName: "eve", projectName: "p"',
    "useArtifact": _ARTIFACT + ", " + _RUN,
    "deleteFiles": 'files: ["%(file_id)s"], ' + _IN,
}
"""Other ways to name the same."""


def documents() -> list[tuple[str, str]]:
    """Each field with a document that asks it."""
    found = [(name, f"{{ {name}({given}) {{ {fields} }} }}") for name, (given, fields) in QUERIES.items()]
    for ways in (MUTATIONS, BY_NAME):
        found += [(name, f"mutation {{ {name}(input: {{{given}}}) {{ __typename }} }}") for name, given in ways.items()]
    return found


async def built(server: Server, ann: httpx.AsyncClient) -> World:
    """One of everything, of somebody."""
    run_id = (await begin(ann, "zrun", project="zproject"))["bucket"]["id"]
    run_key = int(base64.b64decode(run_id).decode().partition(":")[2])
    (found,) = (
        await ask(
            ann,
            """mutation { createRunFiles(input: {entityName: "zann", projectName: "zproject", runName: "zrun",
            files: ["a.txt"]}) { files { uploadUrl } } }""",
        )
    )["createRunFiles"]["files"]
    assert (await server.client().put(found["uploadUrl"], content=b"x")).status_code == 200
    await stream(ann, "zann/zproject/zrun")
    artifacts = Artifacts(ann, "zann", "zproject", "zrun")
    artifact_id = await artifacts.log("zset", {"a.txt": b"a"}, clientID="zclient", sequenceClientID="zclient2")
    linked = """mutation { linkArtifact(input: {artifactID: "%s", artifactPortfolioName: "zfolio", entityName: "zann",
        projectName: "zproject"}) { versionIndex } }"""
    await ask(ann, linked % artifact_id)
    ids = """{ artifact(id: "%s") { artifactSequence { id } }
        project(name: "zproject", entityName: "zann") { id artifactCollection(name: "zfolio") { id } } }"""
    said = await ask(ann, ids % artifact_id)
    sweeps = Client(ann, "zann", "zproject")
    sweep = await sweeps.sweep()
    view = (
        """mutation { upsertView(input: {entityName: "zann", projectName: "zproject", spec: "{}"}) { view { id } } }"""
    )
    keys = (await ask(ann, "{ viewer { apiKeys { edges { node { id } } } } }"))["viewer"]["apiKeys"]["edges"]
    members = (await ask(ann, '{ entity(name: "zann") { members { id } } }'))["entity"]["members"]
    return World(
        entity="zann", project="zproject", run="zrun", collection="zset", sweep=sweep, client="zclient",
        project_id=said["project"]["id"], run_id=run_id, artifact_id=artifact_id,
        sequence_id=said["artifact"]["artifactSequence"]["id"],
        portfolio_id=said["project"]["artifactCollection"]["id"],
        manifest_id=to_id("ArtifactManifest", 1), sweep_id=(await sweeps.read(sweep))["id"],
        agent_id=await sweeps.agent(sweep), view_id=(await ask(ann, view))["upsertView"]["view"]["id"],
        file_id=to_id("RunFile", f"{run_key}:a.txt"), member_id=members[0]["id"], key_id=keys[0]["node"]["id"],
    )  # fmt: skip


async def answered(client: httpx.AsyncClient, document: str, world: World) -> tuple[int, str]:
    """The status and the text of an answer, in which names and ids are only called what they are."""
    answer = await client.post("/graphql", json={"query": document % asdict(world)})
    text = answer.text
    for name, value in sorted(asdict(world).items(), key=lambda item: -len(item[1])):
        text = text.replace(json.dumps(value)[1:-1], f"<{name}>")
    return answer.status_code, text


def kept(tables: Any) -> dict[str, list[tuple[Any, ...]]]:
    """All that the tables hold, except when keys were used."""
    from sqlalchemy import select

    from gnomon.server.storage.tables.schema import metadata

    def read(conn: Any) -> dict[str, list[tuple[Any, ...]]]:
        return {
            table.name: [tuple(row) for row in conn.execute(select(*(c for c in table.c if c.name != "used_at")))]
            for table in metadata.sorted_tables
        }

    return read(tables)


def test_every_root_field_is_asked() -> None:
    found = schema.load()
    assert found.query_type is not None
    assert found.mutation_type is not None
    assert {*QUERIES, *MUTATIONS} | ABOUT_NOBODY_ELSE == {*found.query_type.fields, *found.mutation_type.fields}


async def test_nobody_can_tell_what_others_have_from_what_nobody_has(server: Server) -> None:
    ann, eve = await server.user("zann"), await server.user("eve")
    await begin(eve, "r", project="p")
    world = await built(server, ann)
    before = await server.services.storage.tables.read(kept)
    told_apart, through = [], []
    for name, document in documents():
        there, nowhere = await answered(eve, document, world), await answered(eve, document, NOWHERE)
        if there != nowhere:
            told_apart.append((name, there, nowhere))
        if '"errors"' not in there[1] and name in MUTATIONS:
            through.append((name, there[1]))
    assert told_apart == []
    assert through == [("rewindRun", '{"data":{"rewindRun":{"__typename":"RewindRunPayload"}}}')]
    assert await server.services.storage.tables.read(kept) == before


async def test_nobody_at_all_is_sent_to_sign_in(server: Server) -> None:
    world = await built(server, await server.user("zann"))
    for name, document in documents():
        there, nowhere = [await answered(server.client(), document, one) for one in (world, NOWHERE)]
        assert there == nowhere, name
        assert there[0] == 401, name
