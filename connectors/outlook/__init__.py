"""Microsoft 365 through Microsoft Graph."""

from connectors.outlook.connector import OutlookKind

connector = OutlookKind()
