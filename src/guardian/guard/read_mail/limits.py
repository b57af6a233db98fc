"""How much of a mail is read; whatever is over one of these is said to be unscannable, never passed over.

Why these numbers: docs/design.md, threat classes (nesting, part, header and text bombs).
"""

MAX_DEPTH = 30  # multiparts and messages inside one another
MAX_PARTS = 500
MAX_UU_FILES = 20  # of one text
MAX_MESSAGES = 3  # messages attached to messages
MAX_HEADERS = 1_000  # fields of one header
MAX_HEADER_BYTES = 256 * 1024
MAX_JUDGED_CHARS = 256 * 1024  # text of all passages together, each with a line end: the judge reads as much
MAX_WHOLE_DATA_CHARS = 64 * 1024  # of attached files of records that are judged as they stand: the gist of more
MAX_PART_CHARS = 1024 * 1024  # of one text part, mark-up included
MAX_DATA_BYTES = (
    8 * 1024 * 1024
)  # of one attached file of records, looked through for sentences; of a TNEF's packed RTF
MAX_ADDRESSES = 20_000  # of the address headers of one kind
MAX_COLLEAGUES = 500  # of our people who get a mail, among whom names without addresses are looked for
MAX_TEXT_CHARS = 256 * 1024  # of one text part, mark-up taken away
MAX_HTML_LEVELS = 2_000  # elements inside one another; parsing time grows with the square
MAX_ATTRIBUTES = 300  # of one tag; the same
MAX_HTML_NODES = 100_000
MAX_LINES = 20_000  # of one text part
