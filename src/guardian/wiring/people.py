"""The people of one tenant who log in to its console."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING

from guardian.domain.addresses import domain_of, is_within, normalise_address
from guardian.domain.errors import UserError
from guardian.ports.accounts import Account, Role
from guardian.wiring.tenant import Tenant

if TYPE_CHECKING:
    from guardian.console.provider import Provider
    from guardian.storage import StoredAccounts, StoredSessions


class People:
    """Who may log in, and by what."""

    def __init__(self, tenant: Tenant) -> None:
        self._tenant = tenant

    @cached_property
    def accounts(self) -> "StoredAccounts":
        """Everybody who has an account."""
        from guardian.storage import StoredAccounts

        return StoredAccounts(self._tenant.database)

    @cached_property
    def sessions(self) -> "StoredSessions":
        """Who is logged in."""
        from guardian.storage import StoredSessions

        return StoredSessions(self._tenant.database)

    @cached_property
    def provider(self) -> "Provider | None":
        """The login provider, or None where there is none; UserError when its secret lacks."""
        from guardian.connector_registry import reveal
        from guardian.console.pages.single_sign_on import RETURN
        from guardian.console.provider import Provider

        settings, folder = self._tenant.settings, self._tenant.settings.folder
        told = settings.console.oidc
        if not told.discovery_url:
            return None
        return Provider(
            discovery_url=told.discovery_url,
            client_id=told.client_id,
            client_secret=str(reveal(told.client_secret, folder)),
            return_to=settings.guard.console_url + RETURN,
            own_domains=settings.own_domains,
            address_claim=told.address_claim,
            name=told.name,
            trusted=str(folder / told.ca_bundle) if told.ca_bundle else None,
        )

    def add(self, address: str, roles: Iterable[Role], password: str | None) -> Account:
        """Return a new account; without a password its owner logs in by the provider. UserError when he cannot."""
        person = normalise_address(address)
        if person is None:
            raise UserError(f"{address!r} is no mail address.")
        if password is None:
            self._must_be_provided_for(person)
        account = Account(
            address=person,
            roles=frozenset(roles),
            created_at=self._tenant.clock.now(),
            password=None if password is None else self._hash(password, person),
        )
        self.accounts.add(account)
        return account

    def listed(self) -> Sequence[Account]:
        """Return everybody, by address."""
        return self.accounts.list()

    def set_password(self, address: str, password: str) -> Account:
        """Return somebody with another password; whatever he has open ends."""
        account = self._known(address)
        return self._changed(replace(account, password=self._hash(password, account.address)))

    def disable(self, address: str) -> Account:
        """Return somebody who is shut out; whatever he has open ends."""
        return self._changed(replace(self._known(address), disabled=True))

    def enable(self, address: str) -> Account:
        """Return somebody who may log in again; by whatever name the provider calls him the next time."""
        return self._changed(replace(self._known(address), disabled=False, subject=None))

    def refuse_strangers(self, address: str) -> None:
        """Do nothing for a reviewer, or while nobody has an account; UserError for anybody else."""
        if not self.accounts.list():
            return
        account = self.accounts.get(normalise_address(address) or "")
        if account is None:
            raise UserError(f"{address} has no account; name a reviewer whom `guardian console users list` shows.")
        if account.disabled:
            raise UserError(f"The account of {address} is closed; another reviewer has to release this mail.")
        if Role.REVIEWER not in account.roles:
            raise UserError(f"{address} is no reviewer; somebody who is has to release this mail.")

    def shut_out(self) -> frozenset[str]:
        """Return who has an account and is no reviewer by it, or no more; whoever has none is not among them."""
        return frozenset(one.address for one in self.accounts.list() if not one.may(Role.REVIEWER))

    def ask_provider(self) -> str:
        """Return what the login provider calls itself; UserError when it is none, TryLater without an answer."""
        provider = self.provider
        assert provider is not None, "asked only where one is set"
        return str(provider.described()["issuer"])

    def who_gets_in(self) -> str:
        """Return who can log in, in words; UserError when no reviewer can."""
        told = [one for one in self.accounts.list() if not one.disabled and self._has_a_way_in(one)]
        reviewers = [one for one in told if one.may(Role.REVIEWER)]
        if not reviewers:
            raise UserError("No reviewer can log in; make an account with `guardian console users add`.")
        known = {one.address for one in reviewers}
        lacking = [one for one in self._tenant.settings.guard.reviewers if one not in known]
        if lacking:
            raise UserError(
                f"Of guard.reviewers these cannot log in: {', '.join(lacking)};"
                " make accounts with `guardian console users add`."
            )
        return f"reviewers: {len(reviewers)}; others: {len(told) - len(reviewers)}"

    def _has_a_way_in(self, account: Account) -> bool:
        return account.password is not None or (
            bool(self._tenant.settings.console.oidc.discovery_url) and self._is_within(account.address)
        )

    def _must_be_provided_for(self, address: str) -> None:
        if not self._tenant.settings.console.oidc.discovery_url:
            raise UserError("Without [console.oidc] in guardian.toml everybody needs a password.")
        if not self._is_within(address):
            raise UserError("Who logs in by the provider has an address in own_domains; give others a password.")

    def _is_within(self, address: str) -> bool:
        return is_within(domain_of(address), self._tenant.settings.own_domains)

    def _known(self, address: str) -> Account:
        account = self.accounts.get(normalise_address(address) or "")
        if account is None:
            raise UserError(f"{address} has no account; `guardian console users list` shows who has.")
        return account

    def _changed(self, account: Account) -> Account:
        self.accounts.change(account)
        return account

    def _hash(self, password: str, address: str) -> str:
        from guardian.console.passwords import Passwords, refuse_weak

        refuse_weak(password, address)
        return Passwords().hash(password)
