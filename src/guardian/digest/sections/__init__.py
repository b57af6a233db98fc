"""One file per section of the digest, in the order in which they claim clients and stand in the mail."""

from guardian.digest.sections import about_to_lose, stay_close, you_owe_them
from guardian.digest.sections.section import Section

SECTIONS: tuple[Section, ...] = (you_owe_them.SECTION, about_to_lose.SECTION, stay_close.SECTION)
