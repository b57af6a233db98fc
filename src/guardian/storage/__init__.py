"""The database: tables, migrations, one module per noun; nobody else knows SQL."""
