"""The power fails under PostgreSQL: what was acknowledged was flushed.  A database that does not flush must be seen to lose."""
import time

import pytest
from demo import wait_for
from disk import Disk
from harness import Renkeid, Trial, full
from naive import Naive


@pytest.fixture
def disk(place):
    """The data of the place's cluster on a disk of their own."""
    made = Disk(place.folder, full(8192, 512)).attach()
    place.cluster.data = made.mount / "pg"
    try:
        yield made
    finally:
        place.end()
        made.detach()


def power_loss(place, disk):
    """What has not reached the disk is gone, and the machine comes up again."""
    disk.cut()
    time.sleep(0.1)
    place.cluster.kill()
    disk.detach()
    disk.attach()
    place.cluster.start()


def test_a_power_loss_takes_nothing_that_was_acknowledged(place, disk):
    place.start()
    services = lambda chain: Renkeid(place.daemon, chain.code)  # noqa: E731
    with Trial("power loss", services, place.cluster.sql) as trial:
        for _ in range(full(100, 3)):
            trial.progress(full(3000, 40), 600)
            power_loss(place, disk)
            trial.tries += 1
    trial.must_hold(services)
    place.cluster.checked()


def test_without_synchronous_commit_the_harness_sees_a_loss(place, disk):
    place.cluster.settings.append("synchronous_commit=off")
    place.cluster.fill(place.template.folder / "pg").start()
    wait_for(lambda: place.cluster.sql("show synchronous_commit") == [["off"]])
    with Trial("control: power loss, synchronous_commit off", lambda chain: Naive(place.cluster, chain.code), place.cluster.sql, give_up=20) as trial:
        trial.progress(100)
        power_loss(place, disk)
        trial.tries += 1
    trial.must_lose()
