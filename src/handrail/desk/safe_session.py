"""Asking servers whose addresses people type, without lending them the place that this machine has in its network.

One rule: the name is looked up once, each of its addresses is a public one, and exactly such a one is connected to; so
a name that answers differently the second time, or a server that sends elsewhere, gains nothing.
"""

import socket
from ipaddress import ip_address
from typing import Any

import requests
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import NewConnectionError

_MOST_REDIRECTS = 3


def safe_session(*, private: bool = False) -> requests.Session:
    """`private` lets it reach private addresses, too, as where the server stands in the same network."""
    session = requests.Session()
    session.trust_env = False  # neither a proxy nor passwords of this machine's own
    session.max_redirects = _MOST_REDIRECTS
    if not private:
        session.mount("https://", _SafeAdapter())
        session.mount("http://", _SafeAdapter())
    return session


def public_address(host: str, port: int) -> str:
    """One of the addresses of the host. Raises OSError where it has none, or where any of them is not public."""
    found = [str(one[4][0]) for one in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    if not found or not all(ip_address(one.partition("%")[0]).is_global for one in found):
        raise OSError(f"{host} is not a public server.")
    return found[0]


def _connected(connection: HTTPConnection) -> socket.socket:
    try:
        address = public_address(connection.host, connection.port or 0)
        timeout = connection.timeout if isinstance(connection.timeout, int | float) else None
        return socket.create_connection((address, connection.port or 0), timeout)
    except OSError as fault:
        raise NewConnectionError(connection, str(fault)) from fault


class _Plain(HTTPConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self)


class _Secure(HTTPSConnection):
    def _new_conn(self) -> socket.socket:
        return _connected(self)


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _Plain


class _SecurePool(HTTPSConnectionPool):
    ConnectionCls = _Secure


class _SafeAdapter(HTTPAdapter):
    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SecurePool}
