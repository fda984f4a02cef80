"""Artifacts as the official client logs, reads and changes them."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

import anyio
import pytest

from gnomon.model.manifest import artifact_id, artifact_key
from tests.server.wandb_api.artifacts import (
    COMPLETE,
    FILES,
    VERSIONS,
    Artifacts,
    Failed,
    b64_md5,
    manifest_bytes,
    manifest_of,
)

pytestmark = pytest.mark.anyio

MADE_BY = "query ArtifactCreatedBy($id: ID!) { artifact(id: $id) { createdBy { __typename } } }"
DESCRIBE = """
mutation UpdateArtifact($input: UpdateArtifactInput!, $includeAliases: Boolean = true) {
  result: updateArtifact(input: $input) { artifact { ...ArtifactFragment } }
}
"""
A = {"a.txt": b"hello", "dir/b.bin": bytes(range(256)) * 40}


@pytest.fixture
async def ann(server: Any) -> Artifacts:
    """Ann, whose run logs artifacts."""
    client = await server.user("ann")
    await server.run("ann/p/r")
    return Artifacts(client, "ann", run="r")


@pytest.fixture
async def ben(server: Any) -> Artifacts:
    """Somebody else, who may see nothing of Ann's."""
    return Artifacts(await server.user("ben"), "ben")


async def test_a_new_artifact_is_version_0_and_the_latest(ann: Artifacts) -> None:
    id = await ann.log("ds", A, aliases=["latest", "best"], metadata='{"lr": 0.1}', tags=[{"tagName": "raw"}])
    found = await ann.by_id(id)
    assert found["artifactSequence"]["name"] == "ds"
    assert found["artifactSequence"]["project"]["entity"]["name"] == "ann"
    assert (found["versionIndex"], found["state"], found["fileCount"]) == (0, "COMMITTED", 2)
    assert found["size"] == sum(map(len, A.values()))
    assert sorted(alias["alias"] for alias in found["aliases"]) == ["best", "latest", "v0"]
    assert json.loads(found["metadata"]) == {"lr": 0.1}
    assert [tag["name"] for tag in found["tags"]] == ["raw"]
    assert (found["ttlDurationSeconds"] <= 0, found["ttlIsInherited"]) == (True, True)
    assert await ann.download("ds") == A


async def test_what_is_not_committed_has_no_name(ann: Artifacts) -> None:
    made = await ann.create("ds", "0" * 32)
    assert made["state"] == "PENDING"
    assert await ann.by_name("ds:latest") is None
    assert await ann.by_name("ds:v0") is None


async def test_the_same_content_is_the_same_version_and_gets_the_new_aliases(ann: Artifacts) -> None:
    first = await ann.log("ds", A)
    again = await ann.log("ds", A, aliases=["latest", "again"])
    assert again == first
    found = await ann.by_id(first)
    assert sorted(alias["alias"] for alias in found["aliases"]) == ["again", "latest", "v0"]
    assert (await ann.by_name("ds:again"))["versionIndex"] == 0


async def test_other_content_is_the_next_version_and_aliases_move(ann: Artifacts) -> None:
    await ann.log("ds", A, aliases=["latest", "best"])
    second = await ann.log("ds", {**A, "c": b"new"}, aliases=["latest"])
    assert (await ann.by_name("ds:latest"))["artifact"]["id"] == second
    assert (await ann.by_name("ds:best"))["versionIndex"] == 0
    assert (await ann.by_name("ds"))["versionIndex"] == 1


async def test_bytes_that_the_entity_has_are_not_sent_again(ann: Artifacts) -> None:
    await ann.log("ds", A)
    ann.sent.clear()
    await ann.log("other", {"renamed": A["a.txt"], "new": b"new"})
    assert ann.sent == ["new"]
    assert await ann.download("other") == {"renamed": b"hello", "new": b"new"}


async def test_bytes_of_another_tenant_have_to_be_sent(ann: Artifacts, ben: Artifacts) -> None:
    await ann.log("ds", A)
    await ben.log("ds", A)
    assert ben.sent == list(A)


async def test_two_senders_of_the_same_content_make_one_version(ann: Artifacts) -> None:
    digest = "1" * 32
    first, second = await ann.create("ds", digest), await ann.create("ds", digest, aliases=["latest", "twin"])
    assert first["id"] == second["id"]
    for _ in range(2):
        await ann.upload(first["id"], A)
    await ann.manifest(first["id"], data=json_manifest(A))
    assert await ann.commit(first["id"]) == await ann.commit(first["id"])
    await ann.upload(first["id"], A)  # the slower one, who has not heard of it yet
    assert (await ann.by_name("ds:twin"))["versionIndex"] == 0


def json_manifest(files: dict[str, bytes], refs: dict[str, str] | None = None) -> bytes:
    return manifest_bytes(manifest_of(files, refs or {}))


async def test_the_last_manifest_counts(ann: Artifacts) -> None:
    made = await ann.create("ds", "2" * 32)
    await ann.upload(made["id"], A)
    await ann.manifest(made["id"], data=json_manifest({"a.txt": A["a.txt"]}))
    await ann.manifest(made["id"], data=json_manifest(A))
    await ann.commit(made["id"])
    assert set((await ann.read_manifest(made["id"]))["contents"]) == set(A)


async def test_an_incremental_version_has_what_its_base_has(ann: Artifacts) -> None:
    await ann.log("ds", A)
    second = await ann.log("ds", {"c.txt": b"more", "a.txt": b"changed"}, kind="INCREMENTAL")
    found = await ann.read_manifest(second)
    assert set(found["contents"]) == {"a.txt", "c.txt", "dir/b.bin"}
    assert await ann.download("ds", "v1") == {"a.txt": b"changed", "c.txt": b"more", "dir/b.bin": A["dir/b.bin"]}
    assert (await ann.by_id(second))["fileCount"] == 3


async def test_several_writers_make_one_version_of_all_they_send(ann: Artifacts) -> None:
    parts = [{"part-0": b"zero"}, {"part-1": b"one"}, {"part-2": b"two"}]
    ids = []
    for number, files in enumerate(parts):
        made = await ann.create("ds", str(number) * 32, distributedID="group-1")
        ids.append(made["id"])
        await ann.manifest(made["id"], kind="PATCH")
        await ann.upload(made["id"], files)
        await ann.manifest(made["id"], kind="PATCH", data=json_manifest(files))
    assert len(set(ids)) == 1
    await ann.commit(ids[0])
    assert await ann.download("ds") == {path: data for part in parts for path, data in part.items()}
    # The next round under the same name is the next version.
    later = await ann.create("ds", "9" * 32, distributedID="group-1")
    assert later["id"] != ids[0]


async def test_a_commit_without_all_bytes_says_which_are_missing_and_can_be_made_good(ann: Artifacts) -> None:
    made = await ann.create("ds", "3" * 32)
    await ann.upload(made["id"], {"a.txt": A["a.txt"]})
    await ann.manifest(made["id"], data=json_manifest(A))
    with pytest.raises(Failed, match="'dir/b.bin'.*not sent"):
        await ann.commit(made["id"])
    assert await ann.by_name("ds:latest") is None
    await ann.upload(made["id"], A)
    await ann.commit(made["id"])
    assert await ann.download("ds") == A


async def test_bytes_that_are_not_those_announced_are_refused_and_not_kept(ann: Artifacts, server: Any) -> None:
    made = await ann.create("ds", "4" * 32)
    (node,) = await ann.files(made["id"], {"a.txt": b"right"})
    assert (await ann.put(node["uploadUrl"], b"wrong")).status_code == 400
    assert not await server.services.storage.blobs.has(hashlib.sha256(b"wrong").hexdigest())
    assert (await ann.put(node["uploadUrl"], b"right")).status_code == 200


async def test_files_are_answered_in_the_order_and_number_they_were_asked_for(ann: Artifacts) -> None:
    await ann.log("ds", {"known": b"known"})
    made = await ann.create("ds", "5" * 32)
    files = {f"f{number}": b"known" if number % 2 else b"new-%d" % number for number in range(20)}
    nodes = await ann.files(made["id"], files)
    assert [node["uploadUrl"] is None for node in nodes] == [bool(number % 2) for number in range(20)]
    assert {node["artifact"]["id"] for node in nodes} == {made["id"]}
    again = await ann.files(made["id"], files)
    assert [node["storagePath"] for node in again] == [node["storagePath"] for node in nodes]


async def test_a_large_file_comes_in_parts(ann: Artifacts) -> None:
    parts = [b"x" * 300_000, b"y" * 300_000, b"z" * 7]
    whole = b"".join(parts)
    made = await ann.create("ds", "6" * 32)
    told = [{"partNumber": n, "hexMD5": hashlib.md5(part).hexdigest()} for n, part in enumerate(parts, 1)]
    (node,) = await ann.files(made["id"], {"big": whole}, uploadPartsInput=told)
    urls = node["uploadMultipartUrls"]["uploadUrlParts"]
    assert [url["partNumber"] for url in urls] == [1, 2, 3]
    assert (await ann.put(urls[0]["uploadUrl"], b"other")).status_code == 400
    etags = []
    for part, url in zip(parts, urls, strict=True):
        answer = await ann.put(url["uploadUrl"], part)
        etags.append({"partNumber": url["partNumber"], "hexMD5": answer.headers["etag"]})
    given = {"artifactID": made["id"], "storagePath": node["storagePath"],
             "uploadID": node["uploadMultipartUrls"]["uploadID"], "completeMultipartAction": "Complete"}  # fmt: skip
    with pytest.raises(Failed, match="Part 3"):
        await ann.ask(COMPLETE, completedParts=etags[:2], **given)
    for _ in range(2):  # a client that heard no answer asks again
        done = await ann.ask(COMPLETE, completedParts=etags, **given)
        assert done["completeMultipartUploadArtifact"]["digest"] == b64_md5(whole)
    await ann.manifest(made["id"], data=json_manifest({"big": whole}))
    await ann.commit(made["id"])
    assert await ann.download("ds") == {"big": whole}


async def test_parts_that_are_given_up_are_forgotten(ann: Artifacts) -> None:
    made = await ann.create("ds", "7" * 32)
    told = [{"partNumber": 1, "hexMD5": hashlib.md5(b"part").hexdigest()}]
    (node,) = await ann.files(made["id"], {"big": b"part"}, uploadPartsInput=told)
    (part,) = node["uploadMultipartUrls"]["uploadUrlParts"]
    await ann.put(part["uploadUrl"], b"part")
    given = {"artifactID": made["id"], "storagePath": node["storagePath"],
             "uploadID": node["uploadMultipartUrls"]["uploadID"], "completedParts": []}  # fmt: skip
    await ann.ask(COMPLETE, completeMultipartAction="Abort", **given)
    with pytest.raises(Failed, match="0 of 1 parts"):
        await ann.ask(COMPLETE, completeMultipartAction="Complete", **given)


async def test_references_are_listed_with_the_files(ann: Artifacts) -> None:
    id = await ann.log("ds", {"a.txt": b"hello"}, {"ref.bin": "s3://bucket/x"})
    nodes = {edge["node"]["name"]: edge["node"] for edge in (await ann.listed("ds"))["edges"]}
    assert set(nodes) == {"a.txt", "ref.bin"}
    assert nodes["ref.bin"]["directUrl"] == "s3://bucket/x"
    found = (await ann.read_manifest(id))["contents"]["ref.bin"]
    assert found == {"digest": "an-etag", "size": 8, "ref": "s3://bucket/x", "extra": {"etag": '"an-etag"'}}


async def test_where_a_sender_had_its_files_is_told_to_nobody(ann: Artifacts) -> None:
    id = await ann.log("ds", A)
    entry = (await ann.read_manifest(id))["contents"]["a.txt"]
    assert entry == {"digest": b64_md5(b"hello"), "size": 5, "birthArtifactID": id}


async def test_files_come_in_pages(ann: Artifacts) -> None:
    await ann.log("ds", {f"{number:02}": b"%d" % number for number in range(7)})
    names, cursor = [], None
    while True:
        page = await ann.listed("ds", perPage=3, cursor=cursor)
        names += [edge["node"]["name"] for edge in page["edges"]]
        cursor = page["pageInfo"]["endCursor"]
        assert page["totalCount"] == 7
        if not page["pageInfo"]["hasNextPage"]:
            break
    assert names == [f"{number:02}" for number in range(7)]
    named = await ann.listed("ds", fileNames=["03", "05", "missing"])
    assert [edge["node"]["name"] for edge in named["edges"]] == ["03", "05"]


async def test_a_download_may_be_of_a_part_and_needs_no_key_until_its_address_expires(
    ann: Artifacts, server: Any
) -> None:
    await ann.log("ds", {"a.txt": b"0123456789"})
    (edge,) = (await ann.listed("ds"))["edges"]
    url = edge["node"]["directUrl"]
    part = await ann.get(url, Range="bytes=2-4")
    assert (part.status_code, part.content, part.headers["content-range"]) == (206, b"234", "bytes 2-4/10")
    head = await ann.client.head(url, headers={"authorization": ""})
    assert (head.status_code, head.headers["content-length"]) == (200, "10")
    server.clock.advance(86_400)
    assert (await ann.get(url)).status_code == 403
    digest = hashlib.md5(b"0123456789").hexdigest()
    id = quote(artifact_id(1), safe="")
    for path in (
        f"/artifactsV2/default/ann/p/ds/{id}/{digest}/a.txt",
        f"/artifactsV2/default/ann/p/ds/{id}/{id}/{digest}/a.txt",
        f"/artifacts/ann/{digest}",
    ):
        assert (await ann.client.get(path)).content == b"0123456789"
        assert (await ann.get(path)).status_code == 401


async def test_names_are_numbers_aliases_and_digests(ann: Artifacts) -> None:
    id = await ann.log("a b%c", A, aliases=["latest", "best one"])
    digest = (await ann.by_id(id))["digest"]
    for name in ("a b%c", "a b%c:latest", "a b%c:best one", "a b%c:v0", f"a b%c:{digest}"):
        assert (await ann.by_name(name))["artifact"]["id"] == id, name
    for name in ("a b%c:v1", "a b%c:none", "other", "a b%c:v00"):
        assert await ann.by_name(name) is None, name


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"aliases": ["v3"]}, "looks like a version number"),
        ({"aliases": ["a/b"]}, "holds one of / :"),
        ({"name": "a/b"}, "holds one of / :"),
        ({"name": ""}, "artifactCollectionName is missing"),
        ({"artifactTypeName": "model"}, "has the type 'dataset', not 'model'"),
        ({"metadata": "[1]"}, "metadata holds a list"),
        ({"tags": [{"tagName": "a,b"}]}, "must be words"),
        ({"ttlDurationSeconds": -7}, "not -7"),
        ({"runName": "nope"}, "There is no run 'ann/p/nope'"),
        ({"historyStep": 1 << 64}, "There is no step 18446744073709551616"),
        ({"metadata": "[" * 100_000}, "metadata is not JSON"),
        ({"metadata": '{"a": ' * 200 + "1" + "}" * 200}, "nested deeper than 100"),
        ({"metadata": '{"a": ' + "9" * 5000 + "}"}, "metadata is not JSON"),
        ({"description": "x" * ((1 << 20) + 1)}, "at most 1048576 characters"),
        ({"clientID": "c" * 201}, "at most 200 characters"),
        ({"digest": ""}, "a digest of 1 to 128"),
        ({"storageRegion": "mars-1"}, "There is no storage region 'mars-1' here"),
    ],
)
async def test_a_wish_that_makes_no_sense_is_refused_by_name(ann: Artifacts, given: dict[str, Any], says: str) -> None:
    await ann.log("ds", A)
    with pytest.raises(Failed, match=says):
        await ann.create(given.pop("name", "ds"), given.pop("digest", "8" * 32), **given)


async def test_an_offline_run_that_is_sent_later_names_no_entity(ann: Artifacts) -> None:
    made = await ann.create("ds", "a" * 32, entityName="")
    assert made["state"] == "PENDING"
    assert await ann.by_id(made["id"]) is not None


async def test_what_a_sender_called_an_artifact_is_known(ann: Artifacts, ben: Artifacts) -> None:
    id = await ann.log("ds", A, clientID="c" * 128, sequenceClientID="s" * 128)
    await ann.log("ds", A, clientID="d" * 128)
    ask = "query ClientIDMapping($clientID: ID!) { clientIDMapping(clientID: $clientID) { serverID } }"
    for client in ("c" * 128, "d" * 128):
        assert (await ann.ask(ask, clientID=client))["clientIDMapping"]["serverID"] == id
    assert (await ann.ask(ask, clientID="e" * 128))["clientIDMapping"] is None
    assert (await ben.ask(ask, clientID="c" * 128))["clientIDMapping"] is None


async def test_nobody_sees_or_changes_the_artifacts_of_others(ann: Artifacts, ben: Artifacts) -> None:
    id = await ann.log("ds", A)
    assert await ben.by_id(id) is None
    strange = Artifacts(ben.client, "ann")
    assert await strange.by_name("ds:v0") is None
    for document in (
        'mutation { commitArtifact(input: {artifactID: "%s"}) { artifact { id } } }',
        'mutation { deleteArtifact(input: {artifactID: "%s", deleteAliases: true}) { artifact { id } } }',
        'mutation { updateArtifact(input: {artifactID: "%s", description: "x"}) { artifact { id } } }',
        'mutation { linkArtifact(input: {artifactID: "%s", artifactPortfolioName: "x", entityName: "ben",'
        ' projectName: "p"}) { versionIndex } }',
    ):
        with pytest.raises(Failed) as there:
            await ben.ask(document % id)
        with pytest.raises(Failed) as nowhere:
            await ben.ask(document % artifact_id(999))
        assert str(there.value).replace(id, artifact_id(999)) == str(nowhere.value)
    with pytest.raises(Failed, match="There is no artifact"):
        await ben.files(id, {"a.txt": b"hello"})
    assert (await ann.by_id(id))["description"] is None


async def test_a_version_is_described_tagged_and_given_a_time(ann: Artifacts) -> None:
    id = await ann.log("ds", A)
    given = {"artifactID": id, "description": "raw", "metadata": '{"a": NaN}', "ttlDurationSeconds": 3600,
             "tagsToAdd": [{"tagName": "x"}, {"tagName": "y z"}], "tagsToDelete": []}  # fmt: skip
    found = (await ann.ask(DESCRIBE, input=given))["result"]["artifact"]
    assert (found["description"], found["ttlDurationSeconds"], found["ttlIsInherited"]) == ("raw", 3600, False)
    assert [tag["name"] for tag in found["tags"]] == ["x", "y z"]
    assert "NaN" in found["metadata"]
    given = {"artifactID": id, "ttlDurationSeconds": -2, "tagsToDelete": [{"tagName": "x"}], "description": None}
    found = (await ann.ask(DESCRIBE, input=given))["result"]["artifact"]
    assert (found["ttlDurationSeconds"], found["ttlIsInherited"], found["description"]) == (-2, False, "raw")
    found = (await ann.ask(DESCRIBE, input={"artifactID": id, "ttlDurationSeconds": -1}))["result"]["artifact"]
    assert (found["ttlDurationSeconds"] <= 0, found["ttlIsInherited"]) == (True, True)
    assert [tag["name"] for tag in found["tags"]] == ["y z"]


async def test_aliases_are_added_moved_and_taken_away(ann: Artifacts) -> None:
    first, second = await ann.log("ds", A), await ann.log("ds", {"c": b"c"})
    place = {"entityName": "ann", "projectName": "p", "artifactCollectionName": "ds"}
    add = "mutation AddAliases($input: AddAliasesInput!) { result: addAliases(input: $input) { success } }"
    drop = "mutation DeleteAliases($input: DeleteAliasesInput!) { result: deleteAliases(input: $input) { success } }"
    for id in (first, second):
        found = await ann.ask(add, input={"artifactID": id, "aliases": [{**place, "alias": "best"}]})
        assert found["result"]["success"]
        assert (await ann.by_name("ds:best"))["artifact"]["id"] == id
    await ann.ask(drop, input={"artifactID": first, "aliases": [{**place, "alias": "best"}]})
    assert (await ann.by_name("ds:best"))["artifact"]["id"] == second
    await ann.ask(drop, input={"artifactID": second, "aliases": [{**place, "alias": "best"}]})
    assert await ann.by_name("ds:best") is None


async def test_versions_are_filtered_and_ordered(ann: Artifacts) -> None:
    for number in range(4):
        await ann.log("ds", {"n": b"%d" % number}, tags=[{"tagName": f"t{number % 2}"}])

    async def asked(**given: Any) -> list[str]:
        found = await ann.ask(VERSIONS, entity="ann", project="p", type="dataset", collection="ds", **given)
        page = found["project"]["artifactType"]["artifactCollection"]["artifacts"]
        return [edge["version"] for edge in page["edges"]]

    assert await asked(filters='{"state":"COMMITTED"}') == ["v3", "v2", "v1", "v0"]
    assert await asked(order="+createdAt,versionIndex", filters=None) == ["v0", "v1", "v2", "v3"]
    assert await asked(filters='{"tags": "t1"}', order="-versionIndex") == ["v3", "v1"]
    assert await asked(filters='{"$or": [{"alias": "latest"}, {"version_index": {"$lt": 1}}]}') == ["v3", "v0"]
    with pytest.raises(Failed, match="no field 'nope'"):
        await asked(filters='{"nope": 1}')


async def test_collections_are_found_by_type_and_changed(ann: Artifacts) -> None:
    await ann.log("ds", A)
    await ann.log("net", {"w": b"1"}, artifactTypeName="model")
    document = """
    query ProjectArtifactCollections($entity: String!, $project: String!, $cursor: String, $perPage: Int,
      $filters: JSONString, $order: String) {
      project(entityName: $entity, name: $project) {
        artifactTypes { edges { node { __typename id name description createdAt } } pageInfo { ...PageInfoFragment } }
        artifactCollections(after: $cursor, first: $perPage, filters: $filters, order: $order) {
          totalCount @include(if: true) pageInfo { ...PageInfoFragment }
          edges { node { __typename ...ArtifactCollectionFragment } } }
        artifactType(name: "model") { artifactCollection(name: "net") { __typename ...ArtifactCollectionFragment }
          no: artifactCollection(name: "ds") { __typename } artifactSequence(name: "net") { __typename } }
      }
    }
    """

    async def asked() -> Any:
        return (await ann.ask(document, entity="ann", project="p", order="name"))["project"]

    found = await asked()
    assert [edge["node"]["name"] for edge in found["artifactTypes"]["edges"]] == ["dataset", "model"]
    nodes = [edge["node"] for edge in found["artifactCollections"]["edges"]]
    assert [(one["__typename"], one["name"], one["type"]["name"]) for one in nodes] == [
        ("ArtifactSequence", "ds", "dataset"),
        ("ArtifactSequence", "net", "model"),
    ]
    assert found["artifactType"]["no"] is None
    id = nodes[0]["id"]
    rename = """
    mutation UpdateArtifactSequence($input: UpdateArtifactSequenceInput!) {
      result: updateArtifactSequence(input: $input) { artifactCollection { ...ArtifactCollectionFragment } } }
    """
    given = {"artifactSequenceID": id, "name": "data", "description": "all"}
    changed = (await ann.ask(rename, input=given))["result"]["artifactCollection"]
    assert (changed["name"], changed["description"]) == ("data", "all")
    with pytest.raises(Failed, match="There is an artifact 'net'"):
        await ann.ask(rename, input={"artifactSequenceID": id, "name": "net"})
    move = """
    mutation UpdateArtifactSequenceType($input: MoveArtifactSequenceInput!) {
      result: moveArtifactSequence(input: $input) { artifactCollection { ...ArtifactCollectionFragment } } }
    """
    given = {"artifactSequenceID": id, "destinationArtifactTypeName": "table"}
    assert (await ann.ask(move, input=given))["result"]["artifactCollection"]["type"]["name"] == "table"
    tag = """
    mutation AddArtifactCollectionTags($input: CreateArtifactCollectionTagAssignmentsInput!) {
      result: createArtifactCollectionTagAssignments(input: $input) { tags { ...TagFragment } } }
    """
    place = {"entityName": "ann", "projectName": "p", "artifactCollectionName": "data"}
    tags = (await ann.ask(tag, input={**place, "tags": [{"tagName": "gold"}]}))["result"]["tags"]
    assert [one["name"] for one in tags] == ["gold"]
    untag = """
    mutation DeleteArtifactCollectionTags($input: DeleteArtifactCollectionTagAssignmentsInput!) {
      result: deleteArtifactCollectionTagAssignments(input: $input) { success } }
    """
    assert (await ann.ask(untag, input={**place, "tags": [{"tagName": "gold"}]}))["result"]["success"]
    drop = 'mutation { r: deleteArtifactSequence(input: {artifactSequenceID: "%s"}) { artifactCollection { state } } }'
    assert (await ann.ask(drop % id))["r"]["artifactCollection"]["state"] == "DELETED"
    assert await ann.by_name("data:v0") is None
    assert artifact_key(await ann.log("data", A)) is not None  # the name is free again


LINK = """
mutation LinkArtifact($input: LinkArtifactInput!, $includeAliases: Boolean = true) {
  result: linkArtifact(input: $input) { versionIndex artifactMembership { ...ArtifactMembershipFragment } }
}
"""


async def test_a_linked_version_has_a_number_and_aliases_of_its_own(ann: Artifacts) -> None:
    await ann.log("ds", A)
    second = await ann.log("ds", {"c": b"c"})
    given = {"artifactID": second, "artifactPortfolioName": "best", "entityName": "ann", "projectName": "reg",
             "aliases": [{"artifactCollectionName": "best", "alias": "prod"}]}  # fmt: skip
    linked = (await ann.ask(LINK, input=given))["result"]
    assert linked["versionIndex"] == 0
    membership = linked["artifactMembership"]
    assert membership["artifactCollection"]["__typename"] == "ArtifactPortfolio"
    assert sorted(alias["alias"] for alias in membership["aliases"]) == ["latest", "prod", "v0"]
    assert (membership["artifact"]["versionIndex"], membership["artifact"]["id"]) == (1, second)
    assert (await ann.ask(LINK, input=given))["result"]["versionIndex"] == 0
    registry = Artifacts(ann.client, "ann", "reg")
    assert await registry.download("best") == {"c": b"c"}
    places = """
    query FetchLinkedArtifacts($artifactID: ID!) { artifact(id: $artifactID) { artifactMemberships { edges { node {
      versionIndex aliases { ...ArtifactAliasFragment } artifactCollection { ...CollectionInfoFragment } } } } } }
    """
    edges = (await ann.ask(places, artifactID=second))["artifact"]["artifactMemberships"]["edges"]
    assert [edge["node"]["artifactCollection"]["name"] for edge in edges] == ["ds", "best"]
    with pytest.raises(Failed, match="logged to by runs"):
        await ann.ask(LINK, input={**given, "projectName": "p", "artifactPortfolioName": "ds"})
    portfolio = """
    query { project(entityName: "ann", name: "reg") { artifactCollection(name: "best") { id } } }
    """
    id = (await ann.ask(portfolio))["project"]["artifactCollection"]["id"]
    unlink = "mutation U($input: UnlinkArtifactInput!) { result: unlinkArtifact(input: $input) { success } }"
    assert (await ann.ask(unlink, input={"artifactID": second, "artifactPortfolioID": id}))["result"]["success"]
    assert await registry.by_name("best:prod") is None
    assert await ann.by_name("ds:v1") is not None


async def test_who_may_read_a_portfolio_may_read_what_is_linked_to_it(
    ann: Artifacts, ben: Artifacts, server: Any
) -> None:
    await server.team("lab", ann="member", ben="viewer")
    await anyio.sleep(0)
    server.services.access.forget()
    id = await ann.log("ds", A)
    assert await ben.by_id(id) is None
    given = {"artifactID": id, "artifactPortfolioName": "best", "entityName": "lab", "projectName": "reg"}
    await ann.ask(LINK, input=given)
    shared = Artifacts(ben.client, "lab", "reg")
    found = (await shared.by_name("best:latest"))["artifact"]
    assert found["artifactSequence"]["project"] is None  # where it comes from is Ann's own
    named = [(one["artifactCollection"]["name"], one["alias"]) for one in (await ben.by_id(id))["aliases"]]
    assert named == [("best", "latest"), ("best", "v0")]
    assert await shared.download("best") == A
    assert set((await shared.read_manifest(id))["contents"]) == set(A)
    with pytest.raises(Failed):
        await ben.ask(LINK, input=given)
    with pytest.raises(Failed):
        await ben.ask(DESCRIBE, input={"artifactID": id, "description": "x"})


async def test_lineage_is_told_both_ways(ann: Artifacts, server: Any) -> None:
    id = await ann.log("ds", A)
    await server.run("ann/p/train")
    use = """
    mutation UseArtifact ($input: UseArtifactInput!) { useArtifact(input: $input) { artifact { id } } }
    """
    given = {"artifactID": id, "entityName": "ann", "projectName": "p", "runName": "train", "usedAs": None,
             "artifactEntityName": "ann", "artifactProjectName": "p"}  # fmt: skip
    for _ in range(2):
        assert (await ann.ask(use, input=given))["useArtifact"]["artifact"]["id"] == id
    model = await Artifacts(ann.client, "ann", run="train").log("net", {"w": b"1"}, artifactTypeName="model")
    document = """
    query Lineage($id: ID!) { artifact(id: $id) {
      usedBy { edges { node { __typename id name project { ...ProjectInfoFragment } } } }
      createdBy { __typename ... on Run { id name project { ...ProjectInfoFragment } } } } }
    """
    found = (await ann.ask(document, id=id))["artifact"]
    assert found["createdBy"]["name"] == "r"
    assert [edge["node"]["name"] for edge in found["usedBy"]["edges"]] == ["train"]
    of_run = """
    query { project(entityName: "ann", name: "p") { run(name: "train") {
      inputArtifacts(first: 5) { totalCount pageInfo { ...PageInfoFragment } edges { node { id } } }
      outputArtifacts { totalCount edges { node { id } } } } } }
    """
    run = (await ann.ask(of_run))["project"]["run"]
    assert [edge["node"]["id"] for edge in run["inputArtifacts"]["edges"]] == [id]
    assert (run["outputArtifacts"]["totalCount"], run["outputArtifacts"]["edges"][0]["node"]["id"]) == (1, model)


async def test_a_version_with_aliases_is_deleted_only_with_them(ann: Artifacts) -> None:
    first, second = await ann.log("ds", A), await ann.log("ds", {"c": b"c"})
    drop = "mutation D($input: DeleteArtifactInput!) { result: deleteArtifact(input: $input) { artifact { id } } }"
    with pytest.raises(Failed, match="has the aliases 'latest'"):
        await ann.ask(drop, input={"artifactID": second, "deleteAliases": False})
    assert (await ann.ask(drop, input={"artifactID": second, "deleteAliases": True}))["result"]["artifact"]["id"]
    assert await ann.by_name("ds:v1") is None
    assert await ann.by_id(second) is None
    assert (await ann.by_name("ds:latest"))["artifact"]["id"] == first
    third = await ann.log("ds", {"d": b"d"})
    assert (await ann.by_id(third))["versionIndex"] == 2  # a number is never used again


async def test_a_run_can_take_its_artifacts_with_it(ann: Artifacts, server: Any) -> None:
    kept = await Artifacts(ann.client, "ann").log("kept", {"k": b"k"})
    id = await ann.log("ds", A)
    found = await ann.ask('query { project(entityName: "ann", name: "p") { run(name: "r") { id } } }')
    document = """
    mutation DeleteRun($id: ID!, $deleteArtifacts: Boolean) {
      deleteRun(input: {id: $id, deleteArtifacts: $deleteArtifacts}) { clientMutationId } }
    """
    run = found["project"]["run"]["id"]
    await ann.ask(document, id=run, deleteArtifacts=False)
    assert (await ann.ask(MADE_BY, id=id))["artifact"] == {"createdBy": None}
    await ann.ask(document, id=run, deleteArtifacts=True)
    assert await ann.by_id(id) is None
    assert await ann.by_id(kept) is not None


async def test_a_project_takes_its_artifacts_with_it(ann: Artifacts) -> None:
    id = await ann.log("ds", A)
    found = await ann.ask('query { project(entityName: "ann", name: "p") { id } }')
    await ann.ask(f'mutation {{ deleteModel(input: {{id: "{found["project"]["id"]}"}}) {{ success }} }}')
    assert await ann.by_id(id) is None


async def test_a_type_can_be_made_by_itself(ann: Artifacts) -> None:
    document = """
    mutation CreateArtifactType($entityName: String!, $projectName: String!, $artifactTypeName: String!,
      $description: String) {
      createArtifactType(input: {entityName: $entityName, projectName: $projectName, name: $artifactTypeName,
        description: $description}) { artifactType { id } } }
    """
    given = {"entityName": "ann", "projectName": "new", "artifactTypeName": "code"}
    first = (await ann.ask(document, **given))["createArtifactType"]["artifactType"]["id"]
    assert (await ann.ask(document, **given))["createArtifactType"]["artifactType"]["id"] == first


async def test_old_clients_learn_which_inputs_there_are(ann: Artifacts) -> None:
    document = 'query { t: __type(name: "%s") { inputFields { name } fields { name args { name } } } }'

    async def names(type: str, part: str) -> set[str]:
        return {one["name"] for one in (await ann.ask(document % type))["t"][part]}

    assert {"clientID", "sequenceClientID", "distributedID", "ttlDurationSeconds", "historyStep", "tags",
            "enableDigestDeduplication"} <= await names("CreateArtifactInput", "inputFields")  # fmt: skip
    assert {"usedAs", "artifactEntityName", "artifactProjectName"} <= await names("UseArtifactInput", "inputFields")
    assert {"uploadPartsInput"} <= await names("CreateArtifactFileSpecInput", "inputFields")
    assert {"ttlDurationSeconds", "tags"} <= await names("Artifact", "fields")


async def test_the_files_of_old_clients_are_announced_by_two_variables(ann: Artifacts) -> None:
    made = await ann.create("ds", "b" * 32)
    document = """
    mutation CreateArtifactFiles($storageLayout: ArtifactStorageLayout!,
      $artifactFiles: [CreateArtifactFileSpecInput!]!) {
      createArtifactFiles(input: {artifactFiles: $artifactFiles, storageLayout: $storageLayout}) {
        files { edges { node { id name displayName uploadUrl uploadHeaders artifact { id } } } } } }
    """
    specs = [{"artifactID": made["id"], "name": "a", "md5": b64_md5(b"a")}]
    found = await ann.ask(document, storageLayout="V2", artifactFiles=specs)
    assert found["createArtifactFiles"]["files"]["edges"][0]["node"]["displayName"] == "a"
    with pytest.raises(Failed, match="not the base64 of an MD5"):
        await ann.ask(FILES, input={"artifactFiles": [{**specs[0], "md5": "xyz"}], "storageLayout": "V2"})
    with pytest.raises(Failed, match="not the path of a file"):
        await ann.ask(FILES, input={"artifactFiles": [{**specs[0], "name": "../x"}], "storageLayout": "V2"})


async def test_digests_that_cannot_be_computed_here_are_taken_and_shared_with_nothing(ann: Artifacts) -> None:
    digest = "q83vEjRWeJCrze8SNFZ4kA=="
    for number, data in enumerate((b"one", b"two")):
        made = await ann.create("ds", f"{number}" * 32, digestAlgorithm="MANIFEST_XXH128")
        spec = {
            "artifactID": made["id"],
            "name": "a",
            "md5": "",
            "digest": digest,
            "digestAlgorithm": "MANIFEST_XXH128",
        }
        given = {"artifactFiles": [spec], "storageLayout": "V2", "digestAlgorithm": "MANIFEST_XXH128"}
        (edge,) = (await ann.ask(FILES, input=given))["createArtifactFiles"]["files"]["edges"]
        assert (await ann.put(edge["node"]["uploadUrl"], data)).status_code == 200
        entry = {"digest": digest, "size": 3, "extra": {"alg": "XXH128"}}
        await ann.manifest(made["id"], data=manifest_bytes({"a": entry}))
        await ann.commit(made["id"])
        assert await ann.download("ds", f"v{number}") == {"a": data}
    found = await ann.by_name("ds:v1")
    assert found["artifact"]["digestAlgorithm"] == "MANIFEST_XXH128"


async def test_who_looks_at_a_project_hears_of_its_artifacts(ann: Artifacts, server: Any) -> None:
    project = await server.project("ann", "p")
    with server.services.live.subscribe(project.key) as listener:
        id = await ann.log("ds", A)
        assert [(event.kind, event.run) for event in await listener.events(timeout_secs=1)] == [("artifact", "ds")]
        await ann.ask(DESCRIBE, input={"artifactID": id, "description": "x"})
        assert [event.kind for event in await listener.events(timeout_secs=1)] == ["artifact"]
