"""What connectors share: reading mail headers, paging, the contract every connector passes."""
