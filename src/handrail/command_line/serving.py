"""`handrail serve`: the desk for browsers, and with --worker the background work beside it.

Its one rule: when this process ends, however it ends, so does everything that it started.
"""

from __future__ import annotations

import errno
import multiprocessing
import os
import signal
import socket
import threading
import time
from contextlib import nullcontext
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from handrail.command_line import DEFAULT_PORT, CommandFailed, preparing
from handrail.command_line.worker_process import WorkerProcess

_GRACE_SECONDS = 3.0  # for the requests that a process is in the middle of when its parent has died


def serve(*, host: str, port: int | None, demo: str, worker: bool) -> int:
    """Prepare, say where the desk is and how to sign in, and serve until told to stop."""
    _require_free(host, port)
    port = port or DEFAULT_PORT
    _lead_links_here(host, port)
    preparing.set_up_django()
    how_to_sign_in = _prepare(demo)
    print(f"Handrail is at {_address(host, port)}", *how_to_sign_in, sep="\n", flush=True)
    with WorkerProcess() if worker else nullcontext():
        _run_server(host, port)
    return 0


def _require_free(host: str, port: int | None) -> None:
    """The server would share the port with another one of its kind without a word; so it is tried first."""
    number = port or DEFAULT_PORT
    try:
        family, _, _, _, place = socket.getaddrinfo(host, number, type=socket.SOCK_STREAM)[0]
        with socket.socket(family, socket.SOCK_STREAM) as probe:
            if os.name == "posix":
                # Connections of a server that has just stopped do not count.
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(place)
    except OSError as error:
        raise CommandFailed(_why_not(host, number, error)) from error


def _lead_links_here(host: str, port: int) -> None:
    """Links in mail and on paper lead to where the desk is served, unless the installation says where that is."""
    if not any(os.environ.get(f"HANDRAIL_{name}") for name in ("ADDRESS", "ORIGINS", "HOSTS", "HTTPS")):
        os.environ["HANDRAIL_ADDRESS"] = _address(host, port)


def _why_not(host: str, port: int, error: OSError) -> str:
    another = "Choose another one: handrail serve --port NUMBER."
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use by another program. {another}"
    if error.errno == errno.EACCES:
        return f"port {port} may not be used by this user. {another}"
    return f"cannot listen at {host}, port {port}: {error.strerror or error}."


def _prepare(demo: str) -> list[str]:
    """Tables, static files and, if wanted, the demo's company; answers with how to sign in."""
    from django.db import connections

    with preparing.alone():
        preparing.migrate()
        preparing.collect_static_files()
        how_to_sign_in = _make_demo(demo) if demo else ["Sign in with the e-mail address and password of your account."]
    connections.close_all()
    return how_to_sign_in


def _make_demo(sort: str) -> list[str]:
    from django.utils import timezone

    from handrail.desk import demo, demo_book, demo_bought, demo_life, demo_orders

    how_to_sign_in = list(demo.make_company(timezone.localdate()))
    if sort == "life":
        demo_life.begin(timezone.now())
        demo_orders.begin(timezone.now())
        demo_book.begin(timezone.now())
        demo_bought.begin(timezone.now())
    return how_to_sign_in


def _address(host: str, port: int) -> str:
    name = "localhost" if host in ("0.0.0.0", "::") else host
    return f"http://[{name}]:{port}/" if ":" in name else f"http://{name}:{port}/"


def _run_server(host: str, port: int) -> None:
    # A server process that starts afresh inherits neither open connections nor threads, as a forked one would.
    multiprocessing.set_start_method("spawn", force=True)
    workers, threads = _processes_and_threads()
    server = Granian(
        "handrail.desk.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        websockets=False,
        log_level=LogLevels.error,
        respawn_failed_workers=True,
        workers_kill_timeout=10,
        workers=workers,
        blocking_threads=threads,
    )
    try:
        server.serve(target_loader=load_application)
    except SystemExit as given_up:
        # Ctrl-C reaches the server's processes too: those that ended before they were asked to did as they were told.
        if server.interrupt_signal:
            return
        # A process that died is started again, unless it dies again within seconds.
        raise CommandFailed(
            "the server's processes died again and again, so it has stopped. Nothing that was saved is lost. "
            "Look above for why, then start it anew."
        ) from given_up


def _processes_and_threads() -> tuple[int, int]:
    """On SQLite one process, with threads to spare since those that write wait for each other."""
    from django.db import connection

    if connection.vendor == "sqlite":
        return 1, 16
    return min(os.cpu_count() or 1, 4), 8


def load_application(_target: str) -> Any:
    """Called by granian in each of its processes: the application, in a process that ends with its parent."""
    threading.Thread(target=_end_with_parent, daemon=True).start()
    from handrail.desk.wsgi import application

    return application


def _end_with_parent() -> None:
    """Told to stop, granian's process now and then goes on for as long as somebody keeps asking; its parent would end
    it by force then, and so it does that itself."""
    parent = multiprocessing.parent_process()
    if parent:
        parent.join()
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(_GRACE_SECONDS)
        os._exit(1)
