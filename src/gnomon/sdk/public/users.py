"""Users of a server, and their API keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.model.account import User as Account
from gnomon.sdk.errors import UsageError
from gnomon.sdk.public.attrs import Attrs
from gnomon.sdk.service import Service

if TYPE_CHECKING:
    from gnomon.sdk.public.api import Api


class User(Attrs):
    """A user: `username`, `name`, `admin`, `email` (empty: a server knows none), `entity`, `teams`."""

    def __init__(self, service: Service | None, attrs: dict[str, Any], api_key: str | None = None) -> None:
        super().__init__(attrs)
        self._service, self._api_key = service, api_key
        self._user_api: Api | None = None

    @classmethod
    def of(cls, service: Service, account: Account, api_key: str | None = None) -> User:
        """The user as the server tells of them."""
        name = account.name
        attrs = {
            "id": name, "name": name, "username": name, "email": "", "entity": name, "admin": account.admin,
            "photoUrl": None, "teamNames": list(account.teams),
        }  # fmt: skip
        return cls(service, attrs, api_key)

    @classmethod
    def create(cls, api: Api, email: str, admin: bool | None = False) -> User:
        """Make a user, called like the part of the address before the @. For administrators."""
        said = api._service.post("/users", {"name": email.partition("@")[0], "admin": bool(admin)})
        return cls.of(api._service, Account(name=said["name"], admin=said.get("admin", False)))

    @property
    def user_api(self) -> Api | None:
        """An `Api` with this user's key, where it is known."""
        if self._user_api is None and self._api_key and self._service is not None:
            from gnomon.sdk.public.api import Api

            self._user_api = Api({"base_url": self._service.base_url}, api_key=self._api_key)
        return self._user_api

    @property
    def api_keys(self) -> list[str]:
        """The first letters of each of my keys; never a whole one. Of others, none."""
        return [str(key["prefix"]) for key in self._keys()]

    @property
    def teams(self) -> list[str]:
        """The entities the user belongs to, their own first."""
        return [str(self._attrs["name"]), *self._attrs.get("teamNames", ())]

    def delete_api_key(self, api_key: str) -> bool:
        """Revoke one of my keys, called as `api_keys` has it. False where there is none."""
        for key in self._keys():
            if key["prefix"] == api_key:
                self._asked().delete(f"/keys/{key['id']}")
                return True
        return False

    def generate_api_key(self, description: str | None = None) -> str | None:
        """A new key of mine, all of it: this is the one time that it is told."""
        if not self._mine():
            return None
        return str(self._asked().post("/keys", {"label": description or ""})["secret"])

    def _keys(self) -> list[dict[str, Any]]:
        return self._asked().get("/keys") if self._mine() else []

    def _mine(self) -> bool:
        """Whether it is the user who asks."""
        return self._service is not None and self._service.get("/viewer")["user"]["name"] == self._attrs["name"]

    def _asked(self) -> Service:
        if self._service is None:
            raise UsageError("this user was read from a run; ask api.user(name) for one that can be changed")
        return self._service

    def __repr__(self) -> str:
        return f"<User {self._attrs['username']}>"
