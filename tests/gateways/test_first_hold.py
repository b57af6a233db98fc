"""The way of a new administrator by docs/gateway.md: from `guardian init` to the first mail held and released."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.gateways.conftest import no_postfix, wait_for
from tests.gateways.ports import free_port
from tests.gateways.postfix import ROOT, Postfix
from tests.gateways.sink import Sink

INSULT = "Subject: Oferta\n\nEva, este cliente es un imbécil y un ladrón.\n"
HARMLESS = "Subject: Oferta\n\nAdjunto la oferta. Un saludo.\n"
PATIENCE_S = 300  # on a machine that others keep busy


def guardian(folder: Path, *words: str) -> str:
    """Run Guardian's command in a folder and return what it printed."""
    command = [sys.executable, "-m", "guardian", *words]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=PATIENCE_S)
    assert done.returncode == 0, f"{words}: {done.stdout}{done.stderr}"
    return done.stdout


def holds(folder: Path, *words: str) -> list[dict[str, Any]]:
    """Return what `guardian holds list` names."""
    return [json.loads(line) for line in guardian(folder, "holds", "list", "--json", *words).splitlines()]


def send(mta: Postfix, text: str, *to: str) -> None:
    """Hand a mail to the sendmail command, as the documentation does."""
    command = ["sendmail", "-C", str(mta.config), "-f", "ana@acme.example", *to]
    environment = os.environ | {"MAIL_CONFIG": str(mta.config)}
    subprocess.run(command, input=text.encode(), check=True, timeout=PATIENCE_S, env=environment)


@contextmanager
def service(folder: Path, *words: str) -> Iterator["subprocess.Popen[bytes]"]:
    """Run one of Guardian's services until it is no longer needed."""
    with (folder / "guardian.log").open("ab") as log:
        process = subprocess.Popen([sys.executable, "-m", "guardian", *words], cwd=folder, stdout=log, stderr=log)
    try:
        yield process
    finally:
        process.terminate()
        process.wait(timeout=30)


def mode(folder: Path, now: str) -> None:
    """Write the mode into the settings, whatever it was."""
    toml = folder / "guardian.toml"
    was = "enforce" if now == "observe" else "observe"
    toml.write_text(toml.read_text().replace(f'mode = "{was}"', f'mode = "{now}"'))
    assert f'mode = "{now}"' in toml.read_text()


def set_up(sink: Sink, folder: Path) -> tuple[Postfix, int]:
    """Do the steps 1 to 3 of the documentation, but for systemd; return the Postfix and its port for releases."""
    mta, release_port = Postfix(folder, sink.port), free_port()
    mta.lay_out()
    guardian(folder, "init", ".", "--own-domain", "acme.example")
    clients = folder / "clients"
    clients.mkdir()
    (clients / "clients.csv").write_text("address,client\ncliente.example,Cliente S.L.\n")
    guardian(folder, "connectors", "add", "exports", "archive", f"path={clients}")
    guardian(folder, "sync")
    toml = (folder / "guardian.toml").read_text()
    reviewers = f'reviewers = ["boss@acme.example"]\nreinject = "smtp://127.0.0.1:{release_port}"\n'
    toml = toml.replace("reviewers = []", reviewers, 1).replace("127.0.0.1:25", f"127.0.0.1:{release_port}")
    toml += f'\n[gateway]\nsocket = "unix:{folder}/m.sock"\nprocesses = 1\nrefresh_seconds = 5\n'
    (folder / "guardian.toml").write_text(toml)
    command = [str(ROOT / "deploy" / "postfix" / "set-up"), "--config", str(mta.config), "--no-reload"]
    command += ["--socket", f"unix:{folder}/m.sock", "--release-port", str(release_port)]
    subprocess.run(command, check=True, capture_output=True, timeout=PATIENCE_S)
    return mta, release_port


def test_the_first_mail_is_watched_then_held_then_released(sink: Sink, short_folder: Path) -> None:
    no_postfix()
    mta, _ = set_up(sink, short_folder)
    mode(short_folder, "observe")
    with service(short_folder, "gateway") as gateway:
        until = time.monotonic() + PATIENCE_S
        while "gateway.ready" not in (short_folder / "guardian.log").read_text():
            assert gateway.poll() is None, (short_folder / "guardian.log").read_text()
            assert time.monotonic() < until
            time.sleep(0.2)
        (short_folder / "m.sock").chmod(0o666)  # in place of the group that systemd's unit gives it
        mta.start()
        try:
            send(mta, INSULT, "eva@acme.example", "contact@cliente.example")
            wait_for(lambda: len(sink.mails) == 1, PATIENCE_S)
            assert holds(short_folder) == []
            wait_for(lambda: "gateway.would_hold" in (short_folder / "guardian.log").read_text(), PATIENCE_S)
            mode(short_folder, "enforce")
            gateway.send_signal(signal.SIGHUP)  # systemctl reload
            wait_for(lambda: "gateway.reloaded" in (short_folder / "guardian.log").read_text(), PATIENCE_S)
            wait_for(lambda: _held(short_folder, mta), PATIENCE_S)
            send(mta, HARMLESS, "contact@cliente.example")
            (held,) = holds(short_folder)
            assert held["clients"] == ["Cliente S.L."]
            guardian(short_folder, "holds", "release", held["id"], "--by", "boss@acme.example", "--why", "Una broma.")
            wait_for(lambda: _arrived(sink) == 2, PATIENCE_S)
            assert [one["state"] for one in holds(short_folder, "--all")] == ["released"]
        finally:
            mta.stop()


def _held(folder: Path, mta: Postfix) -> bool:
    """Send the mail again until a process with the new settings answers."""
    if not holds(folder):
        send(mta, INSULT, "eva@acme.example", "contact@cliente.example")
        time.sleep(1)
    return len(holds(folder)) == 1


def _arrived(sink: Sink) -> int:
    """Count the mails with the insult that reached the client; notices quote it, but go to others."""
    mails = [mail for mail in sink.mails if b"cliente.example" in b"".join(mail.recipients)]
    return sum("imbécil".encode() in mail.raw for mail in mails)
