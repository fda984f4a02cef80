"""Teams, and who is in them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from gnomon.sdk.errors import CommError, UnsupportedError
from gnomon.sdk.public.attrs import Attrs
from gnomon.sdk.service import Service, path

if TYPE_CHECKING:
    from gnomon.sdk.public.api import Api


class Member(Attrs):
    """A member of a team: `name`, `username`, `admin`, `role` (`viewer`, `member` or `admin`)."""

    def __init__(self, service: Service, team: str, attrs: dict[str, Any]) -> None:
        super().__init__(attrs)
        self._service, self.team = service, team

    def delete(self) -> bool:
        """Take them out of the team; False where that is not possible."""
        try:
            self._service.delete(path("teams", self.team, "members", self.username))
        except CommError:
            return False
        return True

    def __repr__(self) -> str:
        return f"<Member {self.name} ({self.account_type})>"


class Team(Attrs):
    """A team: `name` and `members`."""

    def __init__(self, service: Service, name: str) -> None:
        super().__init__({})
        self._service, self.name = service, name
        self.load()

    @classmethod
    def create(cls, api: Api, team: str, admin_username: str | None = None) -> Team:
        """Make a team, administered by a user: by me, where nobody is named. For administrators of the server."""
        service = api._service
        admin = admin_username or service.get("/viewer")["user"]["name"]
        service.post("/teams", {"name": team, "members": {admin: "admin"}})
        return cls(service, team)

    def invite(self, username_or_email: str, admin: bool = False) -> bool:
        """Make a user a member at once; False where there is none of this name."""
        name = username_or_email.partition("@")[0]
        try:
            self._service.put(path("teams", self.name, "members", name), {"role": "admin" if admin else "member"})
        except CommError:
            return False
        self.load(force=True)
        return True

    def create_service_account(self, description: str) -> Member | None:
        """There are none. Raises UnsupportedError that says what to do instead."""
        raise UnsupportedError(
            "there are no service accounts here; make a user with `gnomon admin user create NAME --api-key KEY` and "
            "invite it into the team"
        )

    def load(self, force: bool = False) -> dict[str, Any]:
        """The team with its members."""
        if force or not self._attrs:
            said = self._service.get(path("teams", self.name))
            members = [
                Member(
                    self._service, self.name,
                    {
                        "id": name, "name": name, "username": name, "email": "", "admin": role == "admin",
                        "pending": False, "accountType": "USER", "role": role,
                    },
                )
                for name, role in said["members"].items()
            ]  # fmt: skip
            self._attrs = {"name": said["name"], "members": members}
        return self._attrs

    def __repr__(self) -> str:
        return f"<Team {self.name}>"
