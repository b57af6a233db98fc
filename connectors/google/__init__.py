"""Gmail, Google Calendar and Google contacts as a connector."""

from connectors.google.connector import GoogleKind

connector = GoogleKind()
