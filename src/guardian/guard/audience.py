"""Who will read a mail, by its envelope; the header may say anything."""

from guardian.domain.addresses import domain_of
from guardian.domain.mail import Audience, ClientRecipient, Envelope
from guardian.ports.directory import Directory


def audience_of(envelope: Envelope, directory: Directory) -> Audience:
    """Return our people, clients and others among the recipients, our own lists expanded.

    A list with a client on it counts as that client's: its own address stands in `clients`, because holding back the
    client means holding back the list. A cautious directory makes every unknown outside domain a client, named by it.
    """
    internal: dict[str, None] = {}
    clients: dict[ClientRecipient, None] = {}
    others: dict[str, None] = {}
    mixed: dict[str, None] = {}
    for recipient in envelope.recipients:
        for member in directory.expand(recipient):
            name = client_name(member, directory)
            if name is not None:
                clients[ClientRecipient(address=recipient, client=name)] = None
            elif directory.is_own(member):
                internal[member] = None
            else:
                others[member] = None
                if member != recipient:
                    mixed[recipient] = None
    return Audience(internal=tuple(internal), clients=tuple(clients), others=tuple(others), mixed=tuple(mixed))


def client_name(address: str, directory: Directory) -> str | None:
    """Return the name of the client behind an address, or None; in caution that is any domain outside."""
    name = directory.client_of(address)
    if name is None and directory.cautious and not directory.is_own(address):
        return domain_of(address) or None
    return name
