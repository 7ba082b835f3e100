"""What the rehearsal says of a load, where its clients go, and that it runs nginx with the site that is shipped."""

import re
from pathlib import Path

from deploy.rehearsal.counting import Phase, lines, longest_without, seen
from deploy.rehearsal.load import BROKEN, READ, WRITE, Doors, Load, Try
from deploy.rehearsal.machines import SITE, site


def tries(*ended: float, answer: int | str = 303) -> list[Try]:
    return [Try(WRITE, each - 0.1, each, answer) for each in ended]


FIRST = Phase(name="all is well", began=0, ended=10)
SECOND = Phase(name="a server is killed", began=10, ended=20)


def test_the_longest_time_without_runs_over_the_end_of_a_phase() -> None:
    done = tries(1, 2, 9, 14, 15, 19.5)
    assert longest_without(done, FIRST) == 7
    assert longest_without(done, SECOND) == 5, "from 9, when somebody was last served"
    assert longest_without([*done, *tries(11, answer=503)], SECOND) == 5, "a refusal serves nobody"


def test_nothing_done_in_a_phase_is_the_whole_of_it() -> None:
    assert longest_without([], FIRST) == 10
    assert longest_without(tries(1, 9, 26), SECOND) == 17


def test_a_phase_counts_what_was_done_refused_and_waited_for() -> None:
    load = Load(Doors([1], is_tls=False), "abuse-reports")
    load.tries = [*tries(1, 12, 13), *tries(11, 11.5, answer=503), *tries(12.5, answer=BROKEN)]
    load.waits = [(WRITE, 10.5, 1.5), (WRITE, 0.5, 9.0), (READ, 10.5, 4.0)]
    found = seen(load, SECOND, WRITE)
    assert (found.done, dict(found.refused), found.longest_wait) == (2, {503: 2, BROKEN: 1}, 1.5)
    assert lines(load, [SECOND])[0][3:5] == ("2", "2 × 503, 1 × broken")


def test_without_nginx_clients_turn_to_the_other_server_once_a_server_fails() -> None:
    doors = Doors([8000, 8001], is_tls=False)
    assert doors.port() == 8000
    doors.fail(8000)
    doors.fail(8000)  # another client, a moment later
    assert doors.port() == 8001
    doors.fail(8001)
    assert doors.port() == 8000


def test_nginx_runs_the_shipped_site_with_our_ports_and_nothing_else_changed(tmp_path: Path) -> None:
    shipped, ours = SITE.read_text(encoding="utf-8"), site([7001, 7002], port=7443, folder=tmp_path)
    assert re.findall(r"server 127\.0\.0\.1:(\d+) ", ours) == ["7001", "7002"]
    assert re.findall(r"listen (.*);", ours) == ["127.0.0.1:7443 ssl"]
    assert f"{tmp_path}/key.pem" in ours
    kept = shipped[shipped.index("  location / {") :]
    assert kept in ours
    assert "proxy_request_buffering on;" in kept


def test_a_post_that_was_sent_is_never_sent_to_another_server() -> None:
    assert re.findall(r"proxy_next_upstream (.*);", SITE.read_text(encoding="utf-8")) == ["error timeout"]
