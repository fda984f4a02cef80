"""Signing in and out, keys, users."""

from __future__ import annotations

from typing import Any

import pytest

from gnomon.server.access import PAGE_HEADER, REMEMBER_SECS
from gnomon.server.actions import accounts as actions
from gnomon.server.caller import digest_of
from gnomon.server.storage.tables import accounts, audit
from tests.server.conftest import Server

pytestmark = pytest.mark.anyio

PAGE = {PAGE_HEADER: "1"}


async def link_for(server: Server, name: str) -> str:
    def make(conn: Any) -> str:
        row = accounts.find_user(conn, name)
        assert row is not None
        return actions.create_link(conn, row, server.clock())

    return await server.services.storage.tables.write(make)


async def test_a_link_signs_in_once(server: Server) -> None:
    await server.user("ann")
    browser, token = server.client(), await link_for(server, "ann")

    answer = await browser.post("/api/session", json={"link": token})

    assert answer.json()["user"]["name"] == "ann"
    assert (await browser.get("/api/viewer")).json() == answer.json()
    assert (await server.client().post("/api/session", json={"link": token})).status_code == 401


async def test_a_link_is_good_for_fifteen_minutes(server: Server) -> None:
    await server.user("ann")
    token = await link_for(server, "ann")
    server.clock.advance(15 * 60 + 1)
    answer = await server.client().post("/api/session", json={"link": token})
    assert answer.status_code == 401
    assert "gnomon admin link" in answer.json()["error"]["message"]


async def test_the_cookie_is_out_of_reach_of_scripts_and_other_sites(server: Server) -> None:
    await server.user("ann")
    answer = await server.client().post("/api/session", json={"link": await link_for(server, "ann")})
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    assert "max-age=43200" in cookie
    assert "secure" not in cookie


async def test_a_cookie_changes_things_only_from_the_page(server: Server) -> None:
    await server.user("ann")
    browser = server.client()
    await browser.post("/api/session", json={"link": await link_for(server, "ann")})
    assert (await browser.get("/api/keys")).status_code == 200
    assert (await browser.post("/api/keys", json={})).status_code == 403
    assert (await browser.post("/api/keys", json={}, headers=PAGE)).status_code == 200


async def test_signing_out_ends_the_session(server: Server) -> None:
    await server.user("ann")
    browser = server.client()
    await browser.post("/api/session", json={"link": await link_for(server, "ann")})
    cookies = dict(browser.cookies)

    assert (await browser.delete("/api/session", headers=PAGE)).status_code == 204

    assert (await browser.get("/api/viewer")).status_code == 401
    assert (await server.client(cookies=cookies).get("/api/viewer")).status_code == 401


async def test_a_session_ends_by_itself(server: Server) -> None:
    await server.user("ann")
    browser = server.client()
    await browser.post("/api/session", json={"link": await link_for(server, "ann")})
    server.clock.advance(12 * 3600 + 1)
    assert (await browser.get("/api/viewer")).status_code == 401
    assert (await browser.post("/api/session", json={"link": await link_for(server, "ann")})).status_code == 200


async def test_a_key_signs_in(server: Server) -> None:
    ann = await server.user("ann")
    secret = ann.headers["authorization"].split()[1]
    assert (await server.client().post("/api/session", json={"key": secret})).status_code == 200
    assert (await server.client().post("/api/session", json={"key": "0" * 40})).status_code == 401


async def test_wrong_passwords_are_slowed_and_right_ones_work_again_after_a_minute(server: Server) -> None:
    await server.user("ann", password="correct horse")
    await server.user("ben", password="battery staple")
    client = server.client()

    async def sign_in(user: str, password: str, at: str = "127.0.0.1") -> int:
        there = server.client(at=at) if at != "127.0.0.1" else client
        return (await there.post("/api/session", json={"user": user, "password": password})).status_code

    assert await sign_in("ann", "correct horse") == 200
    client.cookies.clear()
    assert [await sign_in("ann", f"guess {n}") for n in range(11)] == [401] * 10 + [429]
    assert await sign_in("ann", "correct horse", at="192.0.2.7") == 200
    refused = await client.post("/api/session", json={"user": "ann", "password": "correct horse"})
    assert refused.status_code == 429
    assert int(refused.headers["retry-after"]) <= 60
    assert await sign_in("ben", "battery staple") == 200
    client.cookies.clear()
    server.clock.advance(61)
    assert await sign_in("ann", "correct horse") == 200


async def test_unknown_users_and_users_without_a_password_are_refused_alike(server: Server) -> None:
    await server.user("ann")
    answers = [
        await server.client().post("/api/session", json={"user": name, "password": "x"}) for name in ("ann", "zzz")
    ]
    assert answers[0].status_code == answers[1].status_code == 401
    assert answers[0].text == answers[1].text


async def test_a_new_key_works_and_is_shown_once(server: Server) -> None:
    ann = await server.user("ann")
    made = (await ann.post("/api/keys", json={"label": "cluster"})).json()
    assert len(made["secret"]) == 40
    assert set(made["secret"]) <= set("0123456789abcdefghijklmnopqrstuvwxyz")
    assert (await server.client(made["secret"]).get("/api/viewer")).json()["user"]["name"] == "ann"
    listed = (await ann.get("/api/keys")).text
    assert made["secret"] not in listed
    assert "cluster" in listed


async def test_a_revoked_key_is_refused_at_once(server: Server) -> None:
    ann = await server.user("ann")
    made = (await ann.post("/api/keys", json={})).json()
    other = server.client(made["secret"])
    assert (await other.get("/api/viewer")).status_code == 200
    assert (await ann.delete(f"/api/keys/{made['key']['id']}")).status_code == 204
    assert (await other.get("/api/viewer")).status_code == 401
    assert (await ann.delete(f"/api/keys/{made['key']['id']}")).status_code == 404


async def test_a_key_revoked_by_another_process_is_refused_within_seconds(server: Server) -> None:
    ann = await server.user("ann")
    (key,) = (await ann.get("/api/keys")).json()
    owner = await server.services.storage.tables.read(lambda conn: accounts.find_user(conn, "ann"))
    assert owner is not None
    await server.services.storage.tables.write(lambda conn: accounts.delete_key(conn, owner.key, key["id"]))
    server.clock.advance(REMEMBER_SECS + 0.1)
    assert (await ann.get("/api/viewer")).status_code == 401


@pytest.mark.parametrize("id", ["1", "x", "-1", "99999999999999999999", "%00"])
async def test_nobody_revokes_keys_of_others(server: Server, id: str) -> None:
    await server.user("ann")
    ben = await server.user("ben")
    assert (await ben.delete(f"/api/keys/{id}")).status_code == 404


async def test_secrets_are_kept_as_digests_only(server: Server) -> None:
    ann = await server.user("ann", password="correct horse")
    secret = ann.headers["authorization"].split()[1]
    token = await link_for(server, "ann")
    browser = server.client()
    await browser.post("/api/session", json={"link": token})
    await server.services.storage.tables.write(
        lambda conn: conn.exec_driver_sql("insert into audit (at, user, operation) values (0, 'x', 'x')")
    )
    folder = server.services.settings.data
    kept = b"".join(file.read_bytes() for file in folder.rglob("*") if file.is_file())
    assert digest_of(secret).encode() in kept
    for text in (secret, token, browser.cookies["gnomon_session"], "correct horse"):
        assert text.encode() not in kept


async def test_an_administrator_makes_users(server: Server) -> None:
    root = await server.user("root", admin=True)
    made = await root.post("/api/users", json={"name": "ann", "password": "correct horse", "api_key": "k-" * 20})
    assert made.json() == {"name": "ann", "admin": False, "created_at": server.clock(), "teams": [], "active": True}
    assert (await server.client("k-" * 20).get("/api/viewer")).json()["entities"] == ["ann"]
    assert [user["name"] for user in (await root.get("/api/users")).json()] == ["ann", "root"]
    again = await root.post("/api/users", json={"name": "ann"})
    assert again.status_code == 409
    shared = await root.post("/api/users", json={"name": "ben", "api_key": "k-" * 20})
    assert shared.status_code == 409
    assert [user["name"] for user in (await root.get("/api/users")).json()] == ["ann", "root"]


@pytest.mark.parametrize("name", ["", "a/b", "api", "Settings", "../x", "a b", ".x", "x" * 65, "é", "a\n", "-", "a?b"])
async def test_names_that_would_not_fit_an_address_are_refused(server: Server, name: str) -> None:
    root = await server.user("root", admin=True)
    answer = await root.post("/api/users", json={"name": name})
    assert answer.status_code == 400
    assert answer.json()["error"]["field"] == "name"


async def test_weak_passwords_and_short_keys_are_refused(server: Server) -> None:
    root = await server.user("root", admin=True)
    for given in ({"password": "short"}, {"password": "x" * 2000}, {"api_key": "x" * 39}, {"api_key": "é" * 40}):
        assert (await root.post("/api/users", json={"name": "ann", **given})).status_code == 400


async def test_the_viewer_lists_their_teams(server: Server) -> None:
    ann = await server.user("ann")
    await server.team("lab", ann="admin")
    viewer = (await ann.get("/api/viewer")).json()
    assert viewer["entities"] == ["ann", "lab"]
    assert viewer["user"]["teams"] == ["lab"]


async def test_changes_of_rights_are_in_the_audit_log(server: Server) -> None:
    root = await server.user("root", admin=True)
    await root.post("/api/users", json={"name": "ann"})
    made = (await root.post("/api/keys", json={})).json()
    await root.delete(f"/api/keys/{made['key']['id']}")
    lines = await server.services.storage.tables.read(audit.newest)
    assert [line["operation"] for line in lines[:3]] == ["keys.delete", "keys.create", "users.create"]
    assert {(line["user"], line["origin"]) for line in lines[:3]} == {("root", "127.0.0.1")}


async def test_guesses_from_many_places_get_one_try_each_and_do_not_lock_the_owner_out(server: Server) -> None:
    await server.user("ann", password="correct horse")

    async def sign_in(password: str, at: str) -> int:
        there = server.client(at=at)
        return (await there.post("/api/session", json={"user": "ann", "password": password})).status_code

    first = [await sign_in("guess", f"192.0.2.{n % 5}") for n in range(10)]
    assert first == [401] * 10
    assert await sign_in("guess", "192.0.2.3") == 429
    assert [await sign_in("guess", "198.51.100.1") for _ in range(2)] == [401, 429]
    assert await sign_in("correct horse", "203.0.113.9") == 200


async def test_one_who_left_cannot_come_in_and_their_runs_stay(server: Server) -> None:
    root, ann = await server.user("root", admin=True), await server.user("ann", password="correct horse")
    await server.team("lab", ann="admin")
    await server.run("ann/vision/r1")
    browser, link = server.client(), await link_for(server, "ann")
    await browser.post("/api/session", json={"link": await link_for(server, "ann")})

    assert (await root.delete("/api/users/ann")).status_code == 204

    for client in (ann, browser):
        assert (await client.get("/api/viewer")).status_code == 401
    for given in ({"link": link}, {"user": "ann", "password": "correct horse"}):
        assert (await server.client().post("/api/session", json=given)).status_code == 401
    assert (await root.get("/api/runs/ann/vision/r1")).json()["user"] == "ann"
    assert [(user["name"], user["active"]) for user in (await root.get("/api/users")).json()] == [
        ("ann", False), ("root", True),
    ]  # fmt: skip
    assert (await root.get("/api/teams/lab")).json()["members"] == {}
    assert (await root.delete("/api/users/ann")).status_code == 404

    assert (await root.post("/api/users", json={"name": "ann", "password": "battery staple"})).status_code == 200
    back = server.client()
    assert (await back.post("/api/session", json={"user": "ann", "password": "battery staple"})).status_code == 200
    assert (await back.get("/api/runs/ann/vision/r1")).status_code == 200


async def test_the_only_administrator_stays(server: Server) -> None:
    root = await server.user("root", admin=True)
    assert (await root.delete("/api/users/root")).status_code == 409
    await server.user("second", admin=True)
    assert (await root.delete("/api/users/root")).status_code == 204


async def test_teams_are_made_and_changed_by_those_who_may(server: Server) -> None:
    root, ann, ben = await server.user("root", admin=True), await server.user("ann"), await server.user("ben")
    made = await root.post("/api/teams", json={"name": "lab", "members": {"ann": "admin"}})
    assert made.json() == {"name": "lab", "members": {"ann": "admin"}}
    assert (await ben.get("/api/teams/lab")).status_code == 404
    assert (await ben.put("/api/teams/lab/members/ben", json={})).status_code == 404

    assert (await ann.put("/api/teams/lab/members/ben", json={"role": "viewer"})).status_code == 200
    assert (await ben.get("/api/teams/lab")).json()["members"] == {"ann": "admin", "ben": "viewer"}
    assert (await ben.put("/api/teams/lab/members/ben", json={"role": "admin"})).status_code == 403
    assert (await ann.delete("/api/teams/lab/members/ben")).status_code == 204
    assert (await ben.get("/api/teams/lab")).status_code == 404
    assert (await root.get("/api/teams")).json() == [{"name": "lab", "members": {"ann": "admin"}}]

    for url, body, status in (
        ("/api/teams/lab/members/zoe", {}, 404), ("/api/teams/lab/members/ben", {"role": "king"}, 400),
        ("/api/teams/ann/members/ben", {}, 404), ("/api/teams/none/members/ben", {}, 404),
    ):  # fmt: skip
        assert (await root.put(url, json=body)).status_code == status
    assert (await root.delete("/api/teams/lab/members/ben")).status_code == 404
    assert (await ann.post("/api/teams", json={"name": "own"})).status_code == 403


async def test_administrators_read_the_audit_log_page_by_page(server: Server) -> None:
    root, ann = await server.user("root", admin=True), await server.user("ann")
    await root.post("/api/teams", json={"name": "lab", "members": {"ann": "viewer"}})
    await root.delete("/api/teams/lab/members/ann")
    newest = (await root.get("/api/audit?limit=2")).json()
    assert [(line["operation"], line["target"], line["user"]) for line in newest] == [
        ("team.member.remove", "lab", "root"), ("teams.create", "lab", "root"),
    ]  # fmt: skip
    older = (await root.get(f"/api/audit?before={newest[-1]['id']}")).json()
    assert [line["operation"] for line in older] == ["users.create", "users.create"]
    assert (await root.get("/api/audit?limit=0")).status_code == 400
    assert (await ann.get("/api/audit")).status_code == 403


async def test_a_key_may_be_long_and_equal_the_name(server: Server) -> None:
    root = await server.user("root", admin=True)
    name = "user_gw0-" + "0123456789" * 4
    assert (await root.post("/api/users", json={"name": name, "api_key": name})).status_code == 200
    assert (await server.client(name).get("/api/viewer")).json()["user"]["name"] == name
    assert (await root.post("/api/users", json={"name": "ann", "api_key": "k" * 1000})).status_code == 200
    assert (await server.client("k" * 1000).get("/api/viewer")).json()["user"]["name"] == "ann"


async def test_a_team_made_by_another_process_counts_at_once(server: Server) -> None:
    ann = await server.user("ann")
    assert (await ann.get("/api/teams/crew")).status_code == 404
    await server.team("crew", ann="member")
    assert (await ann.get("/api/teams/crew")).status_code == 200
