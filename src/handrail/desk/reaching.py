"""Whether the page that a link leads to is there: asked with few bytes, little patience, and never of what is inside.

One rule: the address that a name was resolved to is looked at, and connected to: nothing is resolved twice, so that a
name cannot lead elsewhere in between. Every hop is treated as the first.
"""

from __future__ import annotations

import http.client
import ipaddress
import socket
import ssl
from collections.abc import Callable, Collection
from dataclasses import dataclass
from threading import Timer
from time import monotonic
from typing import Literal
from urllib.parse import SplitResult, urljoin, urlsplit

PORTS = {"http": 80, "https": 443}
MOST_HOPS = 5
SECONDS = 8.0
_MOST_BYTES = 1024
_PATIENCE = 3  # times what one server may take, for all hops together
_MOST_ADDRESSES = 2
_LONGEST_URL = 2000
_MOVED = frozenset({301, 302, 303, 307, 308})
# A server that does not know HEAD, or wants to see who asks, is asked with GET.
_ASK_AGAIN = frozenset({400, 403, 404, 405, 406, 501})
# The page is there: only, it is not for everybody.
_LOCKED = frozenset({401, 403, 407, 429})

Resolver = Callable[[str, int], Collection[str]]
Connector = Callable[[str, int, float], socket.socket]


@dataclass(frozen=True, kw_only=True)
class Found:
    """`says` why it cannot be reached, or is not checked."""

    state: Literal["reached", "broken", "internal"]
    says: str = ""


class _Ends(Exception):
    def __init__(self, found: Found) -> None:
        self.found = found


def resolved(host: str, port: int) -> Collection[str]:
    """Every address of the name. Raises OSError."""
    return tuple({str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)})


def connected(address: str, port: int, seconds: float) -> socket.socket:
    return socket.create_connection((address, port), timeout=seconds)


def is_outside(address: str) -> bool:
    """Whether the address is one of the internet at large: not of this machine, a private or carrier's network, a
    group, or one that is kept for something special; nor any of these in the clothes of IPv6."""
    try:
        ip = ipaddress.ip_address(address.partition("%")[0])
    except ValueError:
        return False
    if isinstance(ip, ipaddress.IPv6Address):
        inner = ip.ipv4_mapped or ip.sixtofour or (ip.teredo[1] if ip.teredo else None) or _translated(ip)
        if inner is not None:
            return is_outside(str(inner))
    return ip.is_global and not (ip.is_multicast or ip.is_reserved or ip.is_unspecified or ip.is_loopback)


_TRANSLATED = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")


def _translated(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    """What NAT64 (RFC 6052) and the old compatible form carry in their last 32 bits."""
    return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF) if ip in _TRANSLATED or ip in _COMPATIBLE else None


@dataclass(frozen=True, kw_only=True)
class Reach:
    """`inside` are the hosts, or host:port, that may be asked although they are inside."""

    inside: Collection[str] = ()
    resolve: Resolver = resolved
    connect: Connector = connected
    seconds: float = SECONDS
    trust: ssl.SSLContext | None = None

    def look(self, url: str) -> Found:
        """Whether the page is there. Never raises."""
        try:
            return self._look(url)
        except _Ends as ends:
            return ends.found

    def _look(self, url: str) -> Found:
        ends_at = monotonic() + _PATIENCE * self.seconds
        for _ in range(MOST_HOPS + 1):
            if monotonic() > ends_at:
                return _broken("It takes too long.")
            status, location = self._asked("HEAD", url)
            if status in _ASK_AGAIN:
                status, location = self._asked("GET", url)
            if status not in _MOVED or not location:
                return _judged(status)
            url = urljoin(url, location)
        return _broken(f"It leads on more than {MOST_HOPS} times.")

    def _asked(self, method: str, url: str) -> tuple[int, str]:
        parts, host, port = _parts(url)
        reply: tuple[int, str] | None = None
        why = f"“{host}” cannot be connected to."
        for address in self._addresses(host, port)[:_MOST_ADDRESSES]:
            try:
                reply = self._exchange(method, parts, host, port, address)
                break
            except ssl.SSLCertVerificationError:
                raise _Ends(_broken(f"The certificate of “{host}” cannot be trusted.")) from None
            except TimeoutError:
                why = f"“{host}” does not answer within {self.seconds:.0f} seconds."
            except (OSError, http.client.HTTPException, ValueError):
                continue
        if reply is None:
            raise _Ends(_broken(why))
        return reply

    def _addresses(self, host: str, port: int) -> list[str]:
        """Where the name leads; all of it is outside, or it is left alone."""
        allowed = {host, f"{host}:{port}"} & set(self.inside)
        if port not in PORTS.values() and f"{host}:{port}" not in allowed:
            raise _Ends(Found(state="internal", says=f"Port {port} is not checked."))
        try:
            addresses = sorted(self.resolve(host, port))
        except (OSError, UnicodeError):
            raise _Ends(_broken(f"There is no server called “{host}”.")) from None
        if not addresses:
            raise _Ends(_broken(f"There is no server called “{host}”."))
        if not allowed and not all(is_outside(address) for address in addresses):
            raise _Ends(Found(state="internal", says=f"“{host}” is inside: it is not checked from here."))
        return addresses

    def _exchange(self, method: str, parts: SplitResult, host: str, port: int, address: str) -> tuple[int, str]:
        sock = self.connect(address, port, self.seconds)
        if parts.scheme == "https":
            trust = self.trust or ssl.create_default_context()
            sock = trust.wrap_socket(sock, server_hostname=host, do_handshake_on_connect=False)
        # A server that sends a byte now and then keeps within the time of each; it is cut off in the end.
        watch = Timer(2 * self.seconds, _cut, [sock])
        watch.start()
        try:
            if isinstance(sock, ssl.SSLSocket):
                sock.do_handshake()
            return self._said(method, parts, host, port, sock)
        finally:
            watch.cancel()
            sock.close()

    def _said(self, method: str, parts: SplitResult, host: str, port: int, sock: socket.socket) -> tuple[int, str]:
        link = http.client.HTTPConnection(host, port, timeout=self.seconds)
        link.sock = sock
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        link.putrequest(method, _ascii(path), skip_accept_encoding=True)
        for name, value in (("User-Agent", "Handrail link check"), ("Accept", "*/*"), ("Connection", "close")):
            link.putheader(name, value)
        link.endheaders()
        reply = link.getresponse()
        if method == "GET":
            reply.read(_MOST_BYTES)
        return reply.status, reply.getheader("Location") or ""


def _cut(sock: socket.socket) -> None:
    try:
        sock.shutdown(socket.SHUT_RDWR)
    except OSError:
        pass  # it ended just now


def _parts(url: str) -> tuple[SplitResult, str, int]:
    """The parts of the address with its host and port; raises where it is none that is asked."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").encode("idna").decode().lower(), parts.port
    except ValueError:
        raise _Ends(_broken("It is no address of a page.")) from None
    if parts.scheme not in PORTS or not host or len(url) > _LONGEST_URL or any(one < " " for one in url):
        raise _Ends(_broken("It leads to what is no page."))
    if parts.username is not None or parts.password is not None:
        raise _Ends(Found(state="internal", says="It has a user name or password in it: it is not checked."))
    return parts, host.rstrip("."), port or PORTS[parts.scheme]


def _judged(status: int) -> Found:
    if status < 400 or status in _LOCKED:
        return Found(state="reached")
    return _broken(f"Its server answers {status} {http.client.responses.get(status, '')}".rstrip() + ".")


def _broken(says: str) -> Found:
    return Found(state="broken", says=says)


def _ascii(path: str) -> str:
    return "".join(one if "!" <= one <= "~" else "".join(f"%{byte:02X}" for byte in one.encode()) for one in path)
