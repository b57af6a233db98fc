"""guardian console users add, list, disable, enable, passwd."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from guardian.ports.accounts import Role
    from guardian.wiring.people import People

app = typer.Typer(help="Who may log in to the console.", no_args_is_help=True, rich_markup_mode=None)

Address = Annotated[str, typer.Argument(help="Whose account, by mail address.")]


@app.command(epilog="Example: guardian console users add eva@acme.example --role reviewer")
def add(
    address: Address,
    role: Annotated[
        list[str], typer.Option("--role", help="reviewer, admin or auditor (reads no mail); repeat for more.")
    ],
    oidc: Annotated[bool, typer.Option("--oidc", help="No password: logs in by the provider only.")] = False,
) -> None:
    """Make an account; its password is asked for, or read from stdin."""
    from guardian.cli.output import say

    people = _people()
    account = people.add(address, _roles(role), None if oidc else _new_password())
    say(f"{account.address} may log in.")


@app.command("list", epilog="Example: guardian console users list --json")
def list_users(
    as_json: Annotated[bool, typer.Option("--json", help="One JSON object a person on stdout.")] = False,
) -> None:
    """List who has an account, and what each may do."""
    from guardian.cli.output import day, say_json, say_table

    people = _people().listed()
    if as_json:
        for one in people:
            say_json(
                {
                    "address": one.address,
                    "roles": sorted(one.roles),
                    "password": one.password is not None,
                    "provider": one.subject is not None,
                    "disabled": one.disabled,
                    "created_at": one.created_at,
                }
            )
        return
    say_table(
        ("address", "roles", "logs in by", "since"),
        [
            (
                one.address,
                ", ".join(sorted(one.roles)),
                "nothing: shut out" if one.disabled else "password" if one.password else "provider",
                day(one.created_at),
            )
            for one in people
        ],
    )


@app.command(epilog="Example: guardian console users disable eva@acme.example")
def disable(address: Address) -> None:
    """Shut somebody out; what he has open ends at once."""
    from guardian.cli.output import say

    say(f"{_people().disable(address).address} is shut out.")


@app.command(epilog="Example: guardian console users enable eva@acme.example")
def enable(address: Address) -> None:
    """Let somebody in again, and let the provider name him anew the next time."""
    from guardian.cli.output import say

    say(f"{_people().enable(address).address} may log in.")


@app.command(epilog="Example: guardian console users passwd eva@acme.example")
def passwd(address: Address) -> None:
    """Give somebody another password, asked for or read from stdin; what he has open ends at once."""
    from guardian.cli.output import say

    people = _people()
    people.listed()  # says what is wrong with the database before anybody types
    say(f"{people.set_password(address, _new_password()).address} has a new password.")


def _people() -> "People":
    from guardian.cli.tenant import open_tenant
    from guardian.wiring.people import People

    return People(open_tenant())


def _roles(names: list[str]) -> list["Role"]:
    from guardian.domain.errors import UserError
    from guardian.ports.accounts import Role

    try:
        return [Role(name) for name in names]
    except ValueError as unknown:
        raise UserError(f"A role is one of {', '.join(Role)}.") from unknown


def _new_password() -> str:
    """Return a password that somebody typed twice, or the first line of stdin; never an argument others could see."""
    from guardian.domain.errors import UserError

    try:
        password = _typed_password()
        password.encode()  # depending on the locale, foreign bytes come in as halves of characters
    except UnicodeError as problem:
        raise UserError(f"The password is not text in {sys.stdin.encoding}; write it in that encoding.") from problem
    return password


def _typed_password() -> str:
    if sys.stdin.isatty():
        return str(typer.prompt("Password", hide_input=True, confirmation_prompt=True, err=True))
    return sys.stdin.readline().rstrip("\r\n")
