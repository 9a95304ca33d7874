"""`handrail serve` as a real process: it comes up, keeps what it needs running, and leaves nothing behind."""

from __future__ import annotations

import os
import signal
import socket

import psutil
import pytest

from handrail.command_line import serving as commands
from tests.journey.installation import PATIENCE_SECONDS, Installation, is_server_process, is_worker, wait_until


def workers(serving: psutil.Popen) -> list[psutil.Process]:
    return [child for child in serving.children() if is_worker(child)]


def server_processes(serving: psutil.Popen) -> list[psutil.Process]:
    return [child for child in serving.children() if is_server_process(child)]


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_serving_leaves_nothing_behind(serving: psutil.Popen, installation: Installation, how: signal.Signals) -> None:
    assert len(installation.family()) >= 3
    serving.send_signal(how)
    serving.wait(PATIENCE_SECONDS)
    installation.wait_until_all_has_ended()
    assert not installation.answers()


def test_serving_starts_a_worker_that_died_again(serving: psutil.Popen) -> None:
    (worker,) = workers(serving)
    worker.kill()
    wait_until(lambda: [found.pid for found in workers(serving)] not in ([], [worker.pid]), "another worker runs")


def test_serving_starts_a_server_process_that_died_again(serving: psutil.Popen, installation: Installation) -> None:
    before = server_processes(serving)
    before[0].kill()
    wait_until(lambda: set(server_processes(serving)) - set(before) != set(), "another server process runs")
    wait_until(installation.answers, "it answers")
    assert len(server_processes(serving)) == len(before)


def test_serving_ends_in_words_when_its_server_processes_keep_dying(
    serving: psutil.Popen, installation: Installation
) -> None:
    def kill_and_see() -> bool:
        for process in server_processes(serving):
            process.kill()
        return serving.poll() is not None

    assert len(installation.family()) >= 3
    wait_until(kill_and_see, "it gives up")
    assert serving.poll() == 1
    assert installation.output().splitlines()[-1] == (
        "handrail: the server's processes died again and again, so it has stopped. Nothing that was saved is lost. "
        "Look above for why, then start it anew."
    )
    installation.wait_until_all_has_ended()


def test_serving_says_that_its_port_is_in_use(installation: Installation) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        number = taken.getsockname()[1]
        refused = installation.run("serve", "--port", str(number))
    assert (refused.returncode, refused.stderr) == (
        1,
        f"handrail: port {number} is in use by another program. Choose another one: handrail serve --port NUMBER.\n",
    )


def test_links_lead_to_where_it_is_served_unless_the_installation_says_otherwise(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    names = [f"HANDRAIL_{name}" for name in ("ADDRESS", "ORIGINS", "HOSTS", "HTTPS")]
    for said in (*names, ""):
        for name in names:
            monkeypatch.setenv(name, "1" if name == said else "")
        commands._lead_links_here("0.0.0.0", 8123)
        assert os.environ["HANDRAIL_ADDRESS"] == ("http://localhost:8123/" if not said else "1" * (said == names[0]))
