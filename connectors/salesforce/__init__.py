"""Salesforce as a connector: who the clients are, and what is logged with them."""

from connectors.salesforce.connector import SalesforceKind

connector = SalesforceKind()
