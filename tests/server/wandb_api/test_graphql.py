"""GraphQL for the official client: documents in, data or errors out, and who may ask for what."""

from __future__ import annotations

import httpx
import pytest
from ariadne import make_executable_schema

from gnomon.server.access import RULES
from gnomon.server.wandb_api import schema
from gnomon.server.wandb_api.door import Root
from tests.server.conftest import Server
from tests.server.wandb_api.asking import begin

pytestmark = pytest.mark.anyio


async def post(client: httpx.AsyncClient, **said: object) -> httpx.Response:
    return await client.post("/graphql", json=said)


async def test_what_the_server_can_do_is_told_to_anybody(server: Server) -> None:
    answer = await post(
        server.client(), query="query ServerFeaturesQuery { serverInfo { features { name isEnabled } } }"
    )
    features = {one["name"]: one["isEnabled"] for one in answer.json()["data"]["serverInfo"]["features"]}
    assert features["STRUCTURED_CONSOLE_LOGS"] is True


async def test_who_asks_is_told_and_nobody_is_nobody(server: Server) -> None:
    query = "#graphql\nquery Viewer { viewer { id entity username email flags } }"
    ann = await server.user("ann")
    viewer = (await post(ann, query=query)).json()["data"]["viewer"]
    assert (viewer["entity"], viewer["username"], viewer["flags"]) == ("ann", "ann", '{"code_saving_enabled":true}')
    assert (await post(server.client(), query=query)).json()["data"] == {"viewer": None}


async def test_a_key_that_is_not_known_is_told_by_the_status(server: Server) -> None:
    answer = await post(server.client("x" * 40), query="{ viewer { id } }")
    assert answer.status_code == 401
    assert "not known" in answer.json()["error"]["message"]


async def test_what_needs_somebody_is_not_told_to_nobody(server: Server) -> None:
    answer = await post(server.client(), query='{ model(name: "toy") { id } }')
    assert answer.status_code == 401
    assert answer.json()["errors"][0]["extensions"]["code"] == "SignInNeeded"


async def test_a_field_that_is_not_there_is_named_as_clients_match_it(server: Server) -> None:
    answer = await post(await server.user("ann"), query="{ viewer { nonsense } }")
    assert answer.status_code == 400
    assert answer.json()["errors"][0]["message"].startswith("Cannot query field 'nonsense' on type 'User'")


async def test_old_clients_ask_what_there_is(server: Server) -> None:
    query = """query ProbeServerCapabilities { Run: __type(name: "Run") { fields { name args { name } } }
        Input: __type(name: "UpsertBucketInput") { inputFields { name } }
        Settings: __type(name: "ServerSettings") { fields { name } } }"""
    found = (await post(await server.user("ann"), query=query)).json()["data"]
    assert {"projectId", "historyLineCount"} <= {field["name"] for field in found["Run"]["fields"]}
    assert {"modelName", "config"} <= {field["name"] for field in found["Input"]["inputFields"]}
    assert found["Settings"]["fields"]


async def test_variables_that_were_not_declared_are_left_out_and_one_value_is_a_list_of_one(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    query = """query Q($keys: [String!]) { model(name: "toy") { bucket(name: "r1") { wandbConfig(keys: $keys) } } }"""
    answer = await post(ann, query=query, variables={"keys": "t", "other": 1}, operationName="")
    assert answer.json()["data"]["model"]["bucket"]["wandbConfig"] == '{"t":{"1":[1]}}'


@pytest.mark.parametrize("said", [{}, {"query": " "}, {"query": 3}, {"query": "{ viewer", "variables": {}}])
async def test_a_request_that_makes_no_sense_is_refused(server: Server, said: dict[str, object]) -> None:
    assert (await post(await server.user("ann"), **said)).status_code == 400


async def test_a_document_that_is_nested_too_deep_is_refused_and_not_run(server: Server) -> None:
    query = "{ " + "viewer { id " * 400
    assert (await post(await server.user("ann"), query=query)).status_code == 400


async def test_depth_is_counted_through_fragments(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "r1")
    query = 'query { model(name: "toy") { ...F0 } } ' + " ".join(
        f'fragment F{at} on Project {{ bucket(name: "r1") {{ project {{ ...F{at + 1} }} }} }}' for at in range(20)
    )
    answer = await post(ann, query=query + " fragment F20 on Project { id }")
    assert answer.status_code == 400
    assert "nested deeper than 30" in answer.json()["errors"][0]["message"]


def test_a_root_field_without_a_rule_is_not_served() -> None:
    query = Root("Query")

    @query.field("open", operation="server.health")
    async def open_field(door: object) -> None:
        return None

    bare = make_executable_schema("type Query { open: String  bare: String } type Mutation { gone: String }", query)
    with pytest.raises(LookupError, match=r"Query\.bare"):
        schema.check_rules(bare, [query])


def test_every_root_field_is_under_a_rule() -> None:
    loaded = schema.load()
    assert loaded.query_type is not None and loaded.mutation_type is not None
    assert len(loaded.query_type.fields) + len(loaded.mutation_type.fields) > 40
    assert "run.upsert" in RULES
