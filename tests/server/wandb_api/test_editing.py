"""What wandb's Api changes: runs, projects, users, teams, reports, charts and alerts."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from gnomon.server.wandb_api.ids import to_id
from tests.server.conftest import Server
from tests.server.wandb_api.asking import ask, begin, stream

pytestmark = pytest.mark.anyio

UPDATE = """mutation UpsertBucket($id: String!, $description: String, $display_name: String, $notes: String,
    $tags: [String!], $config: JSONString!, $groupName: String, $jobType: String) {
  upsertBucket(input: {id: $id, description: $description, displayName: $display_name, notes: $notes, tags: $tags,
      config: $config, groupName: $groupName, jobType: $jobType}) {
    bucket { id name displayName notes tags config group jobType summaryMetrics } } }"""
SUMMARY = """mutation UpsertBucket($id: String, $summaryMetrics: JSONString) {
  upsertBucket(input: {id: $id, summaryMetrics: $summaryMetrics}) { bucket { id } } }"""
CREATE = """mutation UpsertBucket($project: String, $entity: String, $name: String!, $state: String) {
  upsertBucket(input: {modelName: $project, entityName: $entity, name: $name, state: $state}) {
    bucket { project { name entity { name } } id name } inserted } }"""
RUN = """query Run($name: String!) { project(name: "toy", entityName: "ann") { run(name: $name) {
  id state tags notes displayName config summaryMetrics stopped alerts { title text severity createdAt } } } }"""


async def run(client: httpx.AsyncClient, name: str) -> Any:
    return (await ask(client, RUN, name=name))["project"]["run"]


async def refused(client: httpx.AsyncClient, query: str, **variables: Any) -> str:
    """The code of the one thing that went wrong."""
    answer = (await client.post("/graphql", json={"query": query, "variables": variables})).json()
    (error,) = answer["errors"]
    return str(error["extensions"]["code"])


async def test_a_run_is_changed_by_its_id_alone(server: Server) -> None:
    ann = await server.user("ann")
    id = (await begin(ann, "a", tags=["old"]))["bucket"]["id"]
    config = json.dumps({"lr": {"value": 0.5, "desc": None}, "_wandb": {"value": {"t": {"1": [1]}}, "desc": None}})
    given = {"display_name": "new name", "notes": "n", "tags": ["x", "y"], "groupName": "g", "jobType": "eval"}
    bucket = (await ask(ann, UPDATE, id=id, config=config, **given))["upsertBucket"]["bucket"]
    assert (bucket["displayName"], bucket["notes"], bucket["tags"]) == ("new name", "n", ["x", "y"])
    assert (bucket["group"], bucket["jobType"]) == ("g", "eval")
    assert json.loads(bucket["config"]) == {"lr": {"value": 0.5}, "_wandb": {"value": {"t": {"1": [1]}}}}
    await ask(ann, SUMMARY, id=id, summaryMetrics=json.dumps({"best": 1, "m": {"acc": float("nan")}}))
    assert (await run(ann, "a"))["summaryMetrics"] == '{"best":1,"m":{"acc":NaN}}'


@pytest.mark.parametrize("state", ["running", "pending"])
async def test_a_run_is_made_without_a_process(server: Server, state: str) -> None:
    ann = await server.user("ann")
    made = (await ask(ann, CREATE, project="toy", entity="ann", name="a", state=state))["upsertBucket"]
    assert made["inserted"] is True
    assert made["bucket"]["project"] == {"name": "toy", "entity": {"name": "ann"}}
    assert (await run(ann, "a"))["state"] == state


DELETE = "mutation DeleteRun($id: ID!, ) { deleteRun(input: {id: $id, }) { clientMutationId } }"


async def test_a_deleted_run_is_gone_and_deleting_it_again_is_no_mistake(server: Server) -> None:
    ann = await server.user("ann")
    id = (await begin(ann, "a"))["bucket"]["id"]
    for _ in range(2):
        assert (await ask(ann, DELETE, id=id, deleteArtifacts=False))["deleteRun"] == {"clientMutationId": None}
    assert await run(ann, "a") is None
    assert (await ann.post("/api/runs/ann/toy/a/restore")).status_code == 200


STOP = "mutation StopRun($id: ID!) { stopRun(input: {id: $id}) { success } }"


async def test_a_run_is_asked_to_stop_and_hears_of_it(server: Server) -> None:
    ann = await server.user("ann")
    id = (await begin(ann, "a"))["bucket"]["id"]
    assert (await ask(ann, STOP, id=id))["stopRun"] == {"success": True}
    assert (await run(ann, "a"))["stopped"] is True
    assert (await stream(ann, "ann/toy/a")).json()["stopped"] is True
    await stream(ann, "ann/toy/a", complete=True, exitcode=1)
    assert (await ask(ann, STOP, id=id))["stopRun"] == {"success": True}  # it has ended: nothing is left to do


STATE = "mutation UpdateRunState($input: UpdateRunStateInput!) { updateRunState(input: $input) { success } }"


async def test_a_state_is_set_where_the_run_can_be_in_it(server: Server) -> None:
    ann = await server.user("ann")
    id = (await begin(ann, "a"))["bucket"]["id"]
    for state in ("failed", "pending", "failed"):
        assert (await ask(ann, STATE, input={"id": id, "state": state}))["updateRunState"] == {"success": True}
        assert (await run(ann, "a"))["state"] == state
    answer = await ann.post("/graphql", json={"query": STATE, "variables": {"input": {"id": id, "state": "failed"}}})
    assert "invalid state transition" in answer.json()["errors"][0]["message"]
    assert await refused(ann, STATE, input={"id": id, "state": "finished"}) == "Rejected"


PROJECT = """query GetProject($name: String!, $entity: String!) { project(name: $name, entityName: $entity) {
  __typename id name entityName createdAt isBenchmark description readOnly user { username } } }"""
PROJECTS = """query GetProjects($entity: String, $cursor: String, $perPage: Int = 50) {
  models(entityName: $entity, after: $cursor, first: $perPage) {
    pageInfo { __typename endCursor hasNextPage } edges { node { id name entityName } } } }"""
MAKE = """mutation CreateProject($input: UpsertModelInput!) { result: upsertModel(input: $input) {
  project { id name entityName description access views } model { id name } inserted } }"""
RENAME = """mutation R($input: RenameProjectInput!) {
  renameProject(input: $input) { inserted project { id name } } }"""
REMOVE = "mutation D($id: String!) { deleteModel(input: {id: $id}) { success } }"


async def project(client: httpx.AsyncClient, name: str, entity: str = "ann") -> Any:
    return (await ask(client, PROJECT, name=name, entity=entity))["project"]


async def names(client: httpx.AsyncClient, **asked: Any) -> list[str]:
    return [edge["node"]["name"] for edge in (await ask(client, PROJECTS, **asked))["models"]["edges"]]


async def test_projects_are_made_listed_renamed_and_deleted(server: Server) -> None:
    ann = await server.user("ann")
    made = (await ask(ann, MAKE, input={"entityName": "ann", "name": "toy", "description": "d"}))["result"]
    assert (made["inserted"], made["project"]["description"], made["model"]["name"]) == (True, "d", "toy")
    again = (await ask(ann, MAKE, input={"entityName": "ann", "name": "toy"}))["result"]
    assert (again["inserted"], again["project"]["description"]) == (False, "d")
    await begin(ann, "a")
    server.clock.advance(1)
    await ask(ann, MAKE, input={"name": "other"})
    assert await names(ann, entity="ann") == ["other", "toy"]
    assert await names(ann, perPage=1) == ["other"]
    renamed = {"entityName": "ann", "oldProjectName": "toy", "newProjectName": "car"}
    assert (await ask(ann, RENAME, input=renamed))["renameProject"]["project"]["name"] == "car"
    assert await project(ann, "toy") is None
    found = await project(ann, "car")
    assert (found["__typename"], found["isBenchmark"], found["user"]) == ("Project", False, {"username": "ann"})
    taken = {"entityName": "ann", "oldProjectName": "car", "newProjectName": "other"}
    assert await refused(ann, RENAME, input=taken) == "Conflict"
    assert await refused(ann, RENAME, input={**taken, "newProjectName": "a/b"}) == "Rejected"
    assert (await ask(ann, REMOVE, id=found["id"]))["deleteModel"] == {"success": True}
    assert await project(ann, "car") is None
    assert (await ann.get("/api/runs/ann/car/a")).status_code == 404
    assert [one["name"] for one in (await ann.get("/api/projects")).json()] == ["other"]
    assert await refused(ann, REMOVE, id=found["id"]) == "NotFound"


async def test_the_name_of_a_deleted_project_is_free_and_the_new_one_empty(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "a")
    old = await project(ann, "toy")
    await ask(ann, REMOVE, id=old["id"])
    await begin(ann, "b")
    assert (await project(ann, "toy"))["id"] != old["id"]
    assert (await ann.get("/api/runs/ann/toy/a")).status_code == 404
    assert (await ann.get("/api/runs/ann/toy/b")).status_code == 200


async def test_a_project_of_a_team_is_taken_for_that_of_who_began_it(server: Server) -> None:
    ben = await server.user("ben")
    await server.team("crew", ben="member")
    await server.project("crew", "toy")
    assert (await project(ben, "toy", "crew"))["user"] is None
    await begin(ben, "a", entity="crew")
    assert (await project(ben, "toy", "crew"))["user"] == {"username": "ben"}


async def test_a_member_of_a_team_cannot_delete_its_projects(server: Server) -> None:
    await server.user("ann")
    ben = await server.user("ben")
    await server.team("crew", ann="admin", ben="member")
    await server.project("crew", "toy")
    assert await refused(ben, REMOVE, id=(await project(ben, "toy", "crew"))["id"]) == "Forbidden"


VIEWER = """{ viewer { id name username email admin flags entity deletedAt
  apiKeys { edges { node { id name description } } } teams { edges { node { name } } } } }"""
USERS = """query SearchUsers($q: String) { users(query: $q) { edges { node {
  username email teams { edges { node { name } } } } } } }"""
TEAM = """query GetTeamEntity($name: String!) { entity(name: $name) { id name available photoUrl readOnly readOnlyAdmin
  isTeam entityType privateOnly storageBytes codeSavingEnabled defaultAccess isPaid
  members { id admin pending email username name photoUrl accountType apiKey } } }"""


async def usernames(client: httpx.AsyncClient, query: str | None = None) -> list[str]:
    return [edge["node"]["username"] for edge in (await ask(client, USERS, q=query))["users"]["edges"]]


async def test_users_see_themselves_and_those_they_share_a_team_with(server: Server) -> None:
    ann, ben, root = await server.user("ann"), await server.user("ben"), await server.user("root", admin=True)
    await server.user("bob")
    await server.team("crew", ann="admin", ben="member")
    viewer = (await ask(ann, VIEWER))["viewer"]
    assert [edge["node"]["name"] for edge in viewer["teams"]["edges"]] == ["ann", "crew"]
    assert len(viewer["apiKeys"]["edges"][0]["node"]["name"]) == 4
    assert await usernames(ann) == ["ann", "ben"]
    assert await usernames(ben, "AN") == ["ann"]
    assert await usernames(root) == ["ann", "ben", "bob", "root"]
    assert await usernames(root, "b") == ["ben", "bob"]
    assert await usernames(root, "bob@example.org") == ["bob"]


async def test_keys_are_made_and_revoked(server: Server) -> None:
    ann = await server.user("ann")
    query = """mutation G($d: String) { result: generateApiKey(input: {description: $d}) {
      apiKey { id name description } } }"""
    key = (await ask(ann, query, d="laptop"))["result"]["apiKey"]
    other = server.client(key["name"])
    assert (await ask(other, VIEWER))["viewer"]["username"] == "ann"
    query = "mutation D($id: String!) { result: deleteApiKey(input: {id: $id}) { success } }"
    assert (await ask(ann, query, id=key["id"]))["result"] == {"success": True}
    assert (await other.post("/graphql", json={"query": VIEWER})).status_code == 401
    assert await refused(ann, query, id=key["id"]) == "NotFound"


async def test_teams_are_entities_with_members(server: Server) -> None:
    ann, root = await server.user("ann"), await server.user("root", admin=True)
    await server.user("ben")
    own = (await ask(ann, TEAM, name="ann"))["entity"]
    assert (own["isTeam"], own["entityType"]) == (False, "user")
    assert [(one["username"], one["accountType"]) for one in own["members"]] == [("ann", "USER")]
    make = """mutation CreateTeam($n: String!, $a: String) { result: createTeam(input: {teamName: $n,
        teamAdminUserName: $a}) { entity { id name available photoUrl limits } } }"""
    assert await refused(ann, make, n="crew") == "Forbidden"
    assert (await ask(root, make, n="crew", a="ann"))["result"]["entity"]["name"] == "crew"
    invite = """mutation CreateInvite($e: String!, $m: String, $u: String, $a: Boolean) { result: createInvite(input: {
        entityName: $e, email: $m, username: $u, admin: $a}) { invite { id name toUser { name } } } }"""
    member = (await ask(ann, invite, e="crew", u="ben", a=False))["result"]["invite"]
    assert member["toUser"] == {"name": "ben"}
    assert await refused(ann, invite, e="crew", m="x@example.org") == "Rejected"
    team = (await ask(ann, TEAM, name="crew"))["entity"]
    assert (team["isTeam"], team["entityType"]) == (True, "team")
    assert [(one["name"], one["admin"]) for one in team["members"]] == [("ann", True), ("ben", False)]
    leave = """mutation DeleteInvite($id: String, $e: String) {
      result: deleteInvite(input: {id: $id, entityName: $e}) { success } }"""
    assert (await ask(ann, leave, id=member["id"], e="crew"))["result"] == {"success": True}
    assert len((await ask(ann, TEAM, name="crew"))["entity"]["members"]) == 1


async def test_an_entity_of_others_is_as_empty_as_one_that_nobody_has(server: Server) -> None:
    ann = await server.user("ann")
    await server.user("ben")
    found = [(await ask(ann, TEAM, name=name))["entity"] for name in ("ben", "nobody")]
    assert found[0] == {**found[1], "name": "ben"}
    assert found[0]["members"] == []


async def test_a_user_is_made_by_an_administrator(server: Server) -> None:
    ann, root = await server.user("ann"), await server.user("root", admin=True)
    query = """mutation C($email: String!, $admin: Boolean) {
      result: createUser(input: {email: $email, admin: $admin}) { user { id username admin } } }"""
    assert await refused(ann, query, email="eve@example.org") == "Forbidden"
    assert (await ask(root, query, email="eve@example.org"))["result"]["user"]["username"] == "eve"
    assert await refused(root, query, email="eve") == "Conflict"


SAVE = """mutation upsertView($id: ID, $entityName: String, $projectName: String, $type: String, $name: String,
    $displayName: String, $description: String, $spec: String!) {
  upsertView(input: {id: $id, entityName: $entityName, projectName: $projectName, name: $name, type: $type,
      displayName: $displayName, description: $description, createdUsing: WANDB_SDK, spec: $spec}) {
    view { id type name displayName description project { id name entityName } spec updatedAt } inserted } }"""
VIEWS = """query ProjectViews($project: String!, $entity: String!, $reportCursor: String, $reportLimit: Int!,
    $viewType: String = "runs", $viewName: String) {
  project(name: $project, entityName: $entity) {
    allViews(viewType: $viewType, viewName: $viewName, first: $reportLimit, after: $reportCursor) {
      edges { cursor node {
        id name displayName description user { username photoUrl email } spec updatedAt createdAt } }
      pageInfo { endCursor hasNextPage } } } }"""
VIEW = "query V($id: ID!) { view(id: $id) { id name spec project { name } } }"
UNSAVE = """mutation deleteView($id: ID!, $d: Boolean) {
  deleteView(input: {id: $id, deleteDrafts: $d}) { success pendingDrafts } }"""


async def views(client: httpx.AsyncClient, **asked: Any) -> list[Any]:
    given = {"project": "toy", "entity": "ann", "reportLimit": 50, **asked}
    return [edge["node"] for edge in (await ask(client, VIEWS, **given))["project"]["allViews"]["edges"]]


async def test_reports_are_saved_listed_changed_and_deleted(server: Server) -> None:
    ann = await server.user("ann")
    await server.project("ann", "toy")
    given = {"entityName": "ann", "projectName": "toy", "spec": '{"blocks":[]}'}
    made = (await ask(ann, SAVE, **given, type="runs", name="r1", displayName="Report"))["upsertView"]
    assert (made["inserted"], made["view"]["project"]["name"]) == (True, "toy")
    await ask(ann, SAVE, **given, type="project-view", name="nw-1-v", displayName="Workspace")
    server.clock.advance(5)
    id = made["view"]["id"]
    changed = (await ask(ann, SAVE, id=id, spec='{"blocks":[1]}', displayName="Better"))["upsertView"]
    assert (changed["inserted"], changed["view"]["id"], changed["view"]["type"]) == (False, id, "runs")
    (found,) = await views(ann)
    assert (found["displayName"], found["spec"], found["user"]["username"]) == ("Better", '{"blocks":[1]}', "ann")
    assert found["updatedAt"] > found["createdAt"]
    assert [one["name"] for one in await views(ann, viewType="project-view")] == ["nw-1-v"]
    assert await views(ann, viewName="none") == []
    assert (await ask(ann, VIEW, id=id.rstrip("=")))["view"]["name"] == "r1"
    assert await refused(ann, SAVE, **{**given, "spec": "no json"}) == "Rejected"
    assert await refused(ann, SAVE, **given, type="nonsense") == "Rejected"
    assert (await ask(ann, UNSAVE, id=id, d=True))["deleteView"] == {"success": True, "pendingDrafts": False}
    assert (await ask(ann, VIEW, id=id))["view"] is None
    assert await refused(ann, UNSAVE, id=id) == "NotFound"


async def test_what_is_kept_for_one_person_is_nobodys_view_here(server: Server) -> None:
    ann = await server.user("ann")
    await server.project("ann", "toy")
    await ann.put("/api/projects/ann/toy/views/own/project", json={"spec": {"mine": 1}})
    await ann.put("/api/projects/ann/toy/star")
    assert await views(ann, viewType=None) == []
    for key in (1, 2):
        id = to_id("View", key)
        assert (await ask(ann, VIEW, id=id))["view"] is None
        assert await refused(ann, SAVE, id=id, spec="{}") == "NotFound"
        assert await refused(ann, UNSAVE, id=id) == "NotFound"
    assert (await ann.get("/api/projects/ann/toy/views/opening/project")).json()["view"]["spec"] == {"mine": 1}


async def test_a_chart_is_kept_under_its_entity(server: Server) -> None:
    ann = await server.user("ann")
    query = """mutation C($entity: String!, $n: String!, $spec: JSONString!) {
      createCustomChart(input: {entity: $entity, name: $n, displayName: "Chart", type: "vega2", access: "PRIVATE",
        spec: $spec}) { chart { id } } }"""
    for _ in range(2):
        made = await ask(ann, query, entity="ann", n="bars", spec='{"mark": "bar"}')
        assert made["createCustomChart"]["chart"]["id"] == "ann/bars"
    assert await refused(ann, query, entity="ann", n="a/b", spec="{}") == "Rejected"


ALERT = """mutation NotifyScriptableRunAlert($entityName: String!, $projectName: String!, $runName: String!,
    $title: String!, $text: String!, $severity: AlertSeverity = INFO, $waitDuration: Duration) {
  notifyScriptableRunAlert(input: {entityName: $entityName, projectName: $projectName, runName: $runName,
      title: $title, text: $text, severity: $severity, waitDuration: $waitDuration}) { success } }"""


async def test_alerts_are_kept_once_in_a_while_and_shown(server: Server) -> None:
    ann = await server.user("ann")
    await begin(ann, "a")
    given = {"entityName": "ann", "projectName": "toy", "runName": "a", "title": "loss", "text": "is high"}
    for wait_secs, severity in [(0, "WARN"), (1, "INFO"), (1, "ERROR"), (1, "INFO")]:
        server.clock.advance(wait_secs)
        said = await ask(ann, ALERT, **given, severity=severity, waitDuration=2000)
        assert said["notifyScriptableRunAlert"] == {"success": True}
    shown = (await run(ann, "a"))["alerts"]
    assert [one["severity"] for one in shown] == ["ERROR", "WARN"]
    own = (await ann.get("/api/runs/ann/toy/a/alerts")).json()
    assert (own[0]["title"], own[0]["text"], own[0]["severity"]) == ("loss", "is high", "error")
    assert (await ann.post("/api/runs/ann/toy/a/alerts", json={"title": "loss"})).json() == {"kept": False}
    assert (await ann.post("/api/runs/ann/toy/a/alerts", json={"title": "else"})).json() == {"kept": True}
    assert (await ann.post("/api/runs/ann/toy/a/alerts", json={"title": " "})).status_code == 400


async def test_what_there_is_not_is_said_without_a_mistake(server: Server) -> None:
    ann = await server.user("ann")
    await server.project("ann", "toy")
    said = await ask(
        ann,
        """{ organization(name: "o") { id name featureFlags(rampIDType: OrgName) { rampKey isEnabled } }
        entity(name: "ann") { organization { coreWeaveOrganizationId } user { organizations { name } }
          integrations { pageInfo { hasNextPage } edges { node { ... on SlackIntegration { id } } } }
          triggers { edges { node { id } } } }
        viewer { projects(first: 5) { edges { node { triggers { id } runQueues { id } } } } } }""",
    )
    assert said["organization"] is None
    assert said["entity"]["organization"] is None
    assert said["entity"]["integrations"]["edges"] == []
    assert said["viewer"]["projects"]["edges"] == [{"node": {"triggers": [], "runQueues": []}}]
