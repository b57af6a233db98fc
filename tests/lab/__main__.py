"""The lab for people who write against Guardian or its providers: three providers on loopback, until interrupted.

    python -m tests.lab FOLDER [--seed 1] [--reps 3] [--accounts 4] [--threads 6] [--throttled 0.05]
    guardian --config FOLDER/guardian.toml init FOLDER; guardian --config FOLDER/guardian.toml sync --json

Writes into the folder a guardian.toml whose connections lead to a seeded company at Microsoft, Google and Salesforce,
with the keys and the certificate authority that they need. Its time passes as ours does.
"""

import argparse
import json
import threading
from datetime import timedelta
from pathlib import Path
from typing import Any

from tests.lab.certificates import make_app_key
from tests.lab.company import OWN_DOMAIN, seeded
from tests.lab.faults import FaultPlan, throttled, unavailable
from tests.lab.graph_login import CLIENT, SECRET, TENANT
from tests.lab.office import Office, open_office
from tests.lab.salesforce_login import CLIENT_ID
from tests.lab.salesforce_login import SECRET as CONSUMER_SECRET
from tests.lab.serving import running_lab


def settings_of(office: Office) -> dict[str, dict[str, Any]]:
    """Return the connections as an admin would fill them in."""
    url, bundle = office.lab.url, str(office.lab.ca_bundle.resolve())
    return {
        "microsoft": {
            "kind": "outlook",
            "tenant_id": TENANT,
            "client_id": CLIENT,
            "client_secret": "file:entra.secret",
            "mailboxes": list(office.at("microsoft")),
            "authority_url": url,
            "graph_url": url,
            "ca_bundle": bundle,
        },
        "google": {
            "kind": "google",
            "service_account": "file:google.json",
            "mailboxes": list(office.at("google")),
            "api_url": url,
            "ca_bundle": bundle,
        },
        "crm": {
            "kind": "salesforce",
            "auth": "client_credentials",
            "client_id": CLIENT_ID,
            "client_secret": "file:salesforce.secret",
            "login_url": url,
            "ca_bundle": bundle,
        },
    }


def write_settings(office: Office, folder: Path) -> None:
    """Write guardian.toml and the secrets that it names."""
    (folder / "entra.secret").write_text(SECRET)
    (folder / "salesforce.secret").write_text(CONSUMER_SECRET)
    (folder / "google.json").write_text(office.google.login.key_file())
    lines = [f'own_domains = ["{OWN_DOMAIN}"]', 'database_url = "sqlite:///guardian.db"']
    for name, values in settings_of(office).items():
        lines += ["", f"[connectors.{name}]", *(f"{key} = {json.dumps(value)}" for key, value in values.items())]
    (folder / "guardian.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")


def serve(told: argparse.Namespace) -> None:
    """Serve until interrupted."""
    told.folder.mkdir(parents=True, exist_ok=True)
    company = seeded(told.seed, reps=told.reps, accounts=told.accounts, threads=told.threads)
    with running_lab(told.folder) as lab:
        office = open_office(lab, told.folder, make_app_key(), company)
        office.salesforce.limit = 100_000
        write_settings(office, told.folder)
        lab.faults = FaultPlan(seed=told.seed, rate=told.throttled, among=(throttled(1), unavailable(1)))
        print(f"serving at {lab.url}; the settings are in {told.folder / 'guardian.toml'}", flush=True)
        tick = threading.Event()
        while not tick.wait(1.0):
            office.pass_time(timedelta(seconds=1))


def main() -> None:
    """Run."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--reps", type=int, default=3)
    parser.add_argument("--accounts", type=int, default=4)
    parser.add_argument("--threads", type=int, default=6)
    parser.add_argument("--throttled", type=float, default=0.0, help="share of requests that are asked to wait")
    try:
        serve(parser.parse_args())
    except KeyboardInterrupt:
        print("stopped")


if __name__ == "__main__":
    main()
