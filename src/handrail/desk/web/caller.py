"""Where a request comes from, as far as it is kept; and how many of one place are answered.

One rule: nobody's whole address is kept, only the network that it is of.
"""

from ipaddress import ip_address, ip_network

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest

_PREFIX = {4: 24, 6: 48}
_SECONDS = 60


def network_of(request: HttpRequest) -> str:
    """`203.0.113.0/24` or `2001:db8:7::/48`; empty where nobody knows."""
    try:
        address = ip_address(get_adapter().get_client_ip(request) or "")
    except ValueError:
        return ""
    return str(ip_network(f"{address}/{_PREFIX[address.version]}", strict=False))


def too_many(request: HttpRequest, what: str, most: int) -> bool:
    """Whether the network asked for this more than `most` times in a minute. The counts are in the memory of each
    server process, as those of signing in are."""
    key = f"asked:{what}:{network_of(request)}"
    cache.add(key, 0, _SECONDS)
    try:
        return cache.incr(key) > most
    except ValueError:  # the minute ended just now
        return False
