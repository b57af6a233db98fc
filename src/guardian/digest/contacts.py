"""What records add to whom the interactions say to turn to: his name, and by which number to call him."""

from collections.abc import Mapping
from dataclasses import replace

from guardian.digest.material import Story
from guardian.ports.names import Names
from guardian.ports.phones import Phones


def with_names(stories: Mapping[int, Story], names: Names | None) -> dict[int, Story]:
    """Return the stories with the names of contacts of whom only the address was told."""
    nameless = {one.contact_address for one in stories.values() if one.contact_address and not one.contact_name}
    known = names.of(nameless) if names and nameless else {}
    return {
        of: replace(story, contact_name=story.contact_name or known.get(story.contact_address or "", ""))
        for of, story in stories.items()
    }


def with_phones(stories: Mapping[int, Story], phones: Phones | None) -> dict[int, Story]:
    """Return the stories with the numbers of their contacts."""
    addresses = {story.contact_address for story in stories.values() if story.contact_address}
    known = phones.of(addresses) if phones and addresses else {}
    return {of: replace(story, contact_phone=known.get(story.contact_address or "")) for of, story in stories.items()}
