"""A small made-up company with a year of mail, meetings and CRM rows, in the formats real systems export."""
