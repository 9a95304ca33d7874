"""Whether a link leads anywhere, asked of real servers on this machine under names that only the test resolves."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Event, Thread

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

from handrail.desk.reaching import MOST_HOPS, Found, Reach, is_outside

Answer = tuple[int, dict[str, str]]
OUTSIDE = "93.184.216.34"


@dataclass
class Site:
    """A server of the test; `asked` is what it was asked. Whoever connects to an address outside gets there."""

    answers: Callable[[str, str], Answer]
    asked: list[str] = field(default_factory=list)
    connected: list[str] = field(default_factory=list)
    port: int = 0
    names: dict[str, list[str]] = field(default_factory=dict)

    def reach(self, inside: tuple[str, ...] = (), seconds: float = 2.0) -> Reach:
        def resolve(host: str, port: int) -> list[str]:
            found = self.names.get(host, [OUTSIDE])
            return [found.pop(0)] if len(found) > 1 else found

        def connect(address: str, port: int, seconds: float) -> socket.socket:
            self.connected.append(address)
            return socket.create_connection(("127.0.0.1", self.port), timeout=seconds)

        return Reach(inside=inside, resolve=resolve, connect=connect, seconds=seconds)


@contextmanager
def site(answers: Callable[[str, str], Answer]) -> Iterator[Site]:
    made = Site(answers)

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            made.asked.append(f"{self.command} {self.headers['Host']} {self.path}")
            status, headers = made.answers(self.command, self.path)
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()

        do_GET = do_HEAD  # noqa: N815

        def log_message(self, *args: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    made.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield made
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def test_page_is_asked_by_the_address_that_was_looked_at() -> None:
    with site(lambda how, path: (200, {})) as one:
        assert one.reach().look("http://docs.example/a b?x=ü") == Found(state="reached")
    assert (one.connected, one.asked) == ([OUTSIDE], ["HEAD docs.example /a%20b?x=%C3%BC"])


@pytest.mark.parametrize(
    ("status", "found"),
    [
        (204, Found(state="reached")),
        (401, Found(state="reached")),
        (404, Found(state="broken", says="Its server answers 404 Not Found.")),
        (410, Found(state="broken", says="Its server answers 410 Gone.")),
        (503, Found(state="broken", says="Its server answers 503 Service Unavailable.")),
    ],
)
def test_answer_is_judged(status: int, found: Found) -> None:
    with site(lambda how, path: (status, {})) as one:
        assert one.reach().look("http://docs.example/") == found


def test_server_that_does_not_know_head_is_asked_with_get() -> None:
    with site(lambda how, path: (200 if how == "GET" else 405, {})) as one:
        assert one.reach().look("http://docs.example/") == Found(state="reached")
    assert [asked.split()[0] for asked in one.asked] == ["HEAD", "GET"]


def test_few_hops_are_followed_and_each_is_looked_at() -> None:
    def answers(how: str, path: str) -> Answer:
        return (302, {"Location": "http://inner.example/"}) if path == "/in" else (301, {"Location": "/again"})

    with site(answers) as one:
        one.names["inner.example"] = ["10.0.0.7"]
        says = "“inner.example” is inside: it is not checked from here."
        assert one.reach().look("http://docs.example/in") == Found(state="internal", says=says)
        assert one.connected == [OUTSIDE]
        says = f"It leads on more than {MOST_HOPS} times."
        assert one.reach().look("http://docs.example/") == Found(state="broken", says=says)
    assert len(one.asked) == 1 + MOST_HOPS + 1


def test_name_that_leads_elsewhere_the_second_time_is_not_connected_to_there() -> None:
    """DNS rebinding: what was looked at is what is connected to, and the next hop is looked at anew."""
    with site(lambda how, path: (302, {"Location": "http://rebinds.example/next"})) as one:
        one.names["rebinds.example"] = [OUTSIDE, "127.0.0.1"]
        assert one.reach().look("http://rebinds.example/").state == "internal"
    assert one.connected == [OUTSIDE]


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.9.9.9", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::",
        "fe80::1", "fe80::1%eth0", "fd00:ec2::254", "fc00::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254",
        "64:ff9b::7f00:1", "2002:7f00:1::", "::127.0.0.1", "2001:db8::1", "not an address",
    ],
)  # fmt: skip
def test_address_inside_is_never_connected_to(address: str) -> None:
    assert not is_outside(address)
    with site(lambda how, path: (200, {})) as one:
        one.names["evil.example"] = [address]
        assert one.reach().look("http://evil.example/").state == "internal"
    assert one.connected == []


def test_address_outside_may_be_connected_to() -> None:
    assert all(map(is_outside, ("8.8.8.8", OUTSIDE, "2606:4700:4700::1111", "::ffff:8.8.8.8")))


def test_one_address_inside_among_others_is_enough_to_leave_it_alone() -> None:
    reach = Reach(resolve=lambda host, port: [OUTSIDE, "10.0.0.1"], connect=_never)
    assert reach.look("https://both.example/").state == "internal"


def _never(address: str, port: int, seconds: float) -> socket.socket:
    raise AssertionError(f"{address} was connected to")


@pytest.mark.parametrize(
    ("url", "state"),
    [
        ("http://docs.example:8080/", "internal"),
        ("https://docs.example:22/", "internal"),
        ("http://user:pass@docs.example/", "internal"),
        ("http://user@docs.example/", "internal"),
        ("ftp://docs.example/", "broken"),
        ("file:///etc/passwd", "broken"),
        ("http:///nowhere", "broken"),
        ("http://docs.example:99999/", "broken"),
        ("http://[::1", "broken"),
        (f"http://{'a' * 70}.example/", "broken"),
        ("http://docs.example/\r\nX-Evil: 1", "broken"),
    ],
)
def test_what_is_no_page_outside_is_not_asked(url: str, state: str) -> None:
    assert Reach(resolve=lambda host, port: [OUTSIDE], connect=_never).look(url).state == state


def test_host_inside_that_is_allowed_is_asked_on_its_port_alone() -> None:
    with site(lambda how, path: (200, {})) as one:
        one.names["wiki.corp"] = ["10.0.0.7"]
        reach = one.reach(inside=("wiki.corp:8080",))
        assert reach.look("http://wiki.corp:8080/") == Found(state="reached")
        assert reach.look("http://wiki.corp/").state == "internal"
        assert one.connected == ["10.0.0.7"]


def test_server_that_says_nothing_is_waited_for_no_longer_than_is_allowed() -> None:
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()

        def connect(address: str, port: int, seconds: float) -> socket.socket:
            return socket.create_connection(silent.getsockname(), timeout=seconds)

        reach = Reach(resolve=lambda host, port: [OUTSIDE], connect=connect, seconds=0.3)
        for url in ("http://slow.example/", "https://slow.example/"):
            assert reach.look(url) == Found(state="broken", says="“slow.example” does not answer within 0 seconds.")


def test_server_that_drips_is_cut_off() -> None:
    def drip(server: socket.socket) -> None:
        try:
            peer, _ = server.accept()
            with peer:
                peer.recv(1000)
                for _ in range(200):
                    peer.sendall(b"H")
                    done.append(1)
                    if stop.wait(0.1):
                        return
        except OSError:
            pass

    stop = Event()
    done: list[int] = []
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()
        thread = Thread(target=drip, args=[server])
        thread.start()
        reach = Reach(
            resolve=lambda host, port: [OUTSIDE],
            connect=lambda address, port, seconds: socket.create_connection(server.getsockname(), timeout=seconds),
            seconds=0.4,
        )
        assert reach.look("http://drips.example/").state == "broken"
        stop.set()
        thread.join()
    assert len(done) < 30


def test_certificate_that_nobody_trusts_is_told(tmp_path: Path) -> None:
    server_side = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    server_side.load_cert_chain(_own_certificate("docs.example", tmp_path / "own.pem"))
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen()

        def serve() -> None:
            peer, _ = server.accept()
            try:
                server_side.wrap_socket(peer, server_side=True).close()
            except OSError:
                peer.close()

        thread = Thread(target=serve)
        thread.start()
        reach = Reach(
            resolve=lambda host, port: [OUTSIDE],
            connect=lambda address, port, seconds: socket.create_connection(server.getsockname(), timeout=seconds),
        )
        says = "The certificate of “docs.example” cannot be trusted."
        assert reach.look("https://docs.example/") == Found(state="broken", says=says)
        thread.join()


def _own_certificate(name: str, path: Path) -> Path:
    """Signed by nobody but itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    whose = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    made = x509.CertificateBuilder(whose, whose, key.public_key(), x509.random_serial_number())
    made = made.not_valid_before(datetime(2026, 1, 1, tzinfo=UTC)).not_valid_after(datetime(2036, 1, 1, tzinfo=UTC))
    signed = made.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)
    secret = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    path.write_bytes(secret + signed)
    return path
