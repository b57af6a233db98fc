"""Who may log in, for admins: to see, and to shut somebody out at once."""

from dataclasses import replace
from typing import Annotated

from fastapi import APIRouter, Form, Request, Response

from guardian.console.porch import Porch, TurnedAway
from guardian.ports.accounts import Accounts, Role


def router(porch: Porch, accounts: Accounts) -> APIRouter:
    """Return the routes; who is new, and passwords, are matters of the command line."""
    routes = APIRouter()

    @routes.get("/people")
    def everybody(request: Request) -> Response:
        visitor = porch.visitor(request, role=Role.ADMIN)
        return porch.show(visitor, "office/people", people=accounts.list())

    @routes.post("/people")
    def shut_out(
        request: Request, address: Annotated[str, Form()] = "", csrf: Annotated[str, Form()] = ""
    ) -> Response:
        visitor = porch.sender_of(request, csrf, role=Role.ADMIN)
        account = next((one for one in accounts.list() if one.address == address), None)
        if account is None or address == visitor.address:
            raise TurnedAway(porch.show(visitor, "office/nothing", 404))
        accounts.change(replace(account, disabled=True))
        return porch.to("/people")

    return routes
