"""Gmail, Google Calendar and Google contacts as a connector."""
