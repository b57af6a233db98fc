"""The gateway as a service: what is answered, what is kept, and what being stopped, reloaded or broken changes."""

import signal
import socket
import threading
import time
import urllib.error
import urllib.request
from pathlib import Path

import pytest

from guardian.gateways.milter.codec import packet
from tests.gateways.conftest import RunningGateway, wait_for
from tests.gateways.ports import free_port

LATER = b"y451"


def test_a_mail_without_clients_passes_at_data_and_one_with_an_insult_is_kept(gateway: RunningGateway) -> None:
    gateway.start()
    server = gateway.talk()
    assert server.offer(b"", "eva@acme.example", "x@other.example") == b"a"
    assert server.offer(b"un saludo\r\n") == b"a"
    assert server.offer(b"eres un cretino\r\n") == b"d"
    server.close()
    (hold,) = gateway.holds.list()
    assert gateway.holds.raw(hold.id) == b"Subject: Oferta\r\n\r\neres un cretino\r\n"
    assert gateway.stop() == 0


def test_the_same_mail_offered_again_meets_the_same_hold(gateway: RunningGateway) -> None:
    gateway.start()
    assert [gateway.talk().offer(b"cretino\r\n") for _ in range(3)] == [b"d"] * 3
    assert len(gateway.holds.list()) == 1


def test_a_judge_that_breaks_lets_nothing_pass(gateway: RunningGateway) -> None:
    gateway.start()
    server = gateway.talk()
    assert server.offer(b"REVIENTA\r\n").startswith(LATER)
    assert server.offer(b"hola\r\n") == b"a"
    assert "gateway.decision_failed" in gateway.log


def test_a_judge_that_hangs_lets_nothing_pass_and_is_replaced(gateway: RunningGateway) -> None:
    gateway.environment = {"FAKE_ANSWER_SECONDS": "0.3", "FAKE_STOP_SECONDS": "0.2"}
    gateway.start()
    assert gateway.talk().offer(b"DUERME\r\n").startswith(LATER)
    wait_for(lambda: "gateway.process_ended" in gateway.log)
    wait_for(lambda: gateway.talk().offer(b"hola\r\n") == b"a")


def test_without_its_database_a_client_mail_waits_and_any_other_passes(gateway: RunningGateway) -> None:
    gateway.start()
    server = gateway.talk()
    (gateway.folder / "guardian.db").rename(gateway.folder / "away")
    (gateway.folder / "guardian.db").mkdir()
    for leftover in gateway.folder.glob("guardian.db-*"):
        leftover.unlink()
    assert server.offer(b"cretino\r\n").startswith(LATER)
    assert server.offer(b"", "eva@acme.example") == b"a"


def test_on_a_full_disk_a_client_mail_waits_and_any_other_passes(gateway: RunningGateway) -> None:
    gateway.environment = {"FAKE_LARGEST_FILE": "400000"}
    gateway.start()
    server = gateway.talk()
    assert server.offer(b"cretino " + b"relleno " * 100_000 + b"\r\n").startswith(LATER)
    assert server.offer(b"hola\r\n") == b"a"
    assert server.offer(b"", "eva@acme.example") == b"a"
    assert gateway.holds.list() == []


def test_a_mail_too_large_to_keep_is_refused(gateway: RunningGateway) -> None:
    gateway.environment = {"FAKE_LARGEST": "100000"}
    gateway.start()
    assert gateway.talk().offer(b"hola\r\n" * 20_000).startswith(b"y552")


def test_while_it_only_watches_nothing_waits_whatever_breaks(gateway: RunningGateway) -> None:
    gateway.environment = {"FAKE_MODE": "observe", "FAKE_LARGEST": "100000"}
    gateway.start()
    server = gateway.talk()
    assert [server.offer(body) for body in (b"REVIENTA\r\n", b"cretino\r\n", b"hola\r\n" * 20_000)] == [b"a"] * 3
    assert gateway.holds.list() == []
    assert gateway.log.count("gateway.passed_undecided") == 2


def test_a_large_mail_that_no_client_reads_passes_though_its_recipients_came_late(gateway: RunningGateway) -> None:
    gateway.environment = {"FAKE_LARGEST": "100000"}
    gateway.start()
    server = gateway.talk()
    for to, said in (("eva@acme.example", b"a"), ("luis@cliente.example", b"y552")):
        server.say(packet(b"M", b"<ana@acme.example>\0") + packet(b"T"))
        assert server.hear() == b"c"
        server.say(packet(b"R", f"<{to}>".encode() + b"\0"))
        assert server.content(b"hola\r\n" * 20_000).startswith(said)


def test_a_stop_lets_the_conversation_under_way_finish(gateway: RunningGateway) -> None:
    gateway.start()
    server = gateway.talk()
    assert server.envelope("luis@cliente.example") == b"c"
    gateway.signal(signal.SIGTERM)
    wait_for(lambda: not answers(gateway.folder / "m.sock"))
    assert server.content(b"cretino\r\n") == b"d"
    server.close()
    assert gateway.process is not None
    assert gateway.process.wait(timeout=10) == 0


def test_a_reload_keeps_answering_and_finishes_what_was_begun(gateway: RunningGateway) -> None:
    gateway.start()
    server = gateway.talk()
    assert server.envelope("luis@cliente.example") == b"c"
    gateway.signal(signal.SIGHUP)
    wait_for(lambda: "gateway.reloaded" in gateway.log)
    assert gateway.talk().offer(b"hola\r\n") == b"a"
    assert server.content(b"cretino\r\n") == b"d"


def test_a_killed_process_is_replaced(gateway: RunningGateway) -> None:
    gateway.processes = 2
    gateway.start()
    gateway.kill_processes()
    wait_for(lambda: gateway.log.count("gateway.process_ended") >= 2)
    assert gateway.talk().offer(b"cretino\r\n") == b"d"


def test_processes_do_not_outlive_a_killed_supervisor(gateway: RunningGateway) -> None:
    gateway.start()
    gateway.signal(signal.SIGKILL)
    assert gateway.process is not None
    gateway.process.wait()
    wait_for(lambda: not answers(gateway.folder / "m.sock"))
    gateway.start()
    assert gateway.talk().offer(b"hola\r\n") == b"a"


def test_a_second_gateway_on_the_same_socket_is_refused(gateway: RunningGateway) -> None:
    gateway.start()
    second = RunningGateway(gateway.folder, gateway.address)
    second.start(wait=False)
    assert second.process is not None
    assert second.process.wait(timeout=20) != 0
    assert "already" in gateway.log
    assert gateway.talk().offer(b"hola\r\n") == b"a"


def test_garbage_ends_its_own_connection_only(gateway: RunningGateway) -> None:
    gateway.start()
    server = gateway.talk()
    with socket.socket(socket.AF_UNIX) as peer:
        peer.connect(str(gateway.folder / "m.sock"))
        peer.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert peer.recv(10) == b""
    assert server.offer(b"hola\r\n") == b"a"


def test_health_and_metrics_are_told_on_loopback(gateway: RunningGateway) -> None:
    port = free_port()
    gateway.processes, gateway.environment = 2, {"FAKE_WINDOW": f"127.0.0.1:{port}"}
    gateway.start()
    assert [gateway.talk().offer(body) for body in (b"hola\r\n", b"cretino\r\n", b"cretino!\r\n")] == [
        b"a",
        b"d",
        b"d",
    ]
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
        assert answer.read() == b"ok\n"
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        page = answer.read().decode()
    assert 'guardian_gateway_mails_total{outcome="held"} 2.0' in page
    assert 'guardian_gateway_mails_total{outcome="passed"} 1.0' in page
    assert "guardian_gateway_decision_seconds_count 3.0" in page
    with pytest.raises(urllib.error.HTTPError, match="404") as refused:
        urllib.request.urlopen(f"http://127.0.0.1:{port}/secret")
    refused.value.close()


def test_guests_who_say_nothing_do_not_use_the_supervisor_up(gateway: RunningGateway) -> None:
    port = free_port()
    gateway.environment = {"FAKE_WINDOW": f"127.0.0.1:{port}"}
    gateway.start()
    for _ in range(60):
        gateway.resources.enter_context(socket.create_connection(("127.0.0.1", port)))
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
        assert answer.read() == b"ok\n"
    assert gateway.process is not None
    assert len(list(Path(f"/proc/{gateway.process.pid}/fd").iterdir())) < 45


def test_metrics_name_nobody(gateway: RunningGateway) -> None:
    port = free_port()
    gateway.environment = {"FAKE_WINDOW": f"127.0.0.1:{port}"}
    gateway.start()
    assert gateway.talk().offer(b"cretino\r\n") == b"d"
    assert gateway.talk().offer(b"REVIENTA\r\n").startswith(LATER)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
        told = answer.read().decode() + gateway.log
    assert not [word for word in ("@", "cretino", "Oferta", "cliente", "luis", "Cliente") if word in told]


def test_systemd_hears_ready_and_stopping(gateway: RunningGateway) -> None:
    heard = gateway.resources.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    heard.settimeout(20)
    heard.bind(str(gateway.folder / "notify"))
    gateway.environment = {"NOTIFY_SOCKET": str(gateway.folder / "notify"), "WATCHDOG_USEC": "200000"}
    gateway.start()
    told = [heard.recv(200)]
    while {*told} != {b"READY=1", b"WATCHDOG=1"}:
        told.append(heard.recv(200))
    gateway.stop()
    while told[-1] == b"WATCHDOG=1" or told[-1] == b"READY=1":
        told.append(heard.recv(200))
    assert told[-1] == b"STOPPING=1"


def test_systemd_hears_signs_of_life_while_a_reload_takes_its_time(gateway: RunningGateway) -> None:
    heard = gateway.resources.enter_context(socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM))
    heard.settimeout(20)
    heard.bind(str(gateway.folder / "notify"))
    gateway.environment = {"NOTIFY_SOCKET": str(gateway.folder / "notify"), "WATCHDOG_USEC": "200000"}
    gateway.start()
    (gateway.folder / "slow").write_text("2")
    gateway.signal(signal.SIGHUP)
    while not heard.recv(200).startswith(b"RELOADING=1"):
        pass
    told = [heard.recv(200)]
    while told[-1] != b"READY=1":
        told.append(heard.recv(200))
    assert told.count(b"WATCHDOG=1") >= 5


def test_a_second_reload_before_the_first_ones_predecessors_are_gone_leaves_it_healthy(
    gateway: RunningGateway,
) -> None:
    port = free_port()
    gateway.environment = {"FAKE_WINDOW": f"127.0.0.1:{port}", "FAKE_STOP_SECONDS": "4"}
    gateway.start()
    server = gateway.talk()
    assert server.envelope("luis@cliente.example") == b"c"
    gateway.signal(signal.SIGHUP)
    wait_for(lambda: "gateway.reloaded" in gateway.log)
    gateway.signal(signal.SIGHUP)
    time.sleep(1)
    assert server.content(b"cretino\r\n") == b"d"
    server.close()
    wait_for(lambda: gateway.log.count("gateway.reloaded") == 2)
    wait_for(lambda: len(gateway.children()) == 1)
    time.sleep(1)
    with urllib.request.urlopen(f"http://127.0.0.1:{port}/health") as answer:
        assert answer.read() == b"ok\n"


def test_a_peer_that_breaks_the_rules_behind_a_mail_is_cut_off(gateway: RunningGateway) -> None:
    gateway.start()
    server = gateway.talk()
    assert server.envelope("luis@cliente.example") == b"c"
    flood = packet(b"R", b"<>\0") * 10_001
    server.say(packet(b"N") + packet(b"E") + packet(b"M", b"<ana@acme.example>\0") + flood)
    assert server.hear() == b"a"
    assert server.hear() == b""


def test_over_tcp_no_answer_waits_for_the_forty_milliseconds(gateway: RunningGateway) -> None:
    port = free_port()
    gateway.address = f"inet:{port}@127.0.0.1"
    gateway.start()
    server = gateway.talk()
    for _ in range(3):
        assert server.offer(b"hola\r\n") == b"a"


def test_many_servers_at_once_all_get_their_answers(gateway: RunningGateway) -> None:
    gateway.processes = 2
    gateway.start()
    said: list[bytes] = []

    def one(number: int) -> None:
        said.extend(gateway.talk().offer(f"cretino {number} {i}\r\n".encode()) for i in range(5))

    threads = [threading.Thread(target=one, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert said == [b"d"] * 50
    assert len(gateway.holds.list()) == 50


def answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(path))
        except OSError:
            return False
    return True
