"""Clocks that jump, the daemon's and the database's: no order changes, no session ends, and who is expired is refused."""
import glob

import grpc
import pytest
import talk
from demo import wait_for
from harness import Renkeid, Trial
from renkei.v1 import report_service_pb2 as rs

FAKETIME = glob.glob("/usr/lib/*/faketime/libfaketime.so.1")


@pytest.fixture
def clock(place):
    """Sets the clock that daemon and database see, from now on."""
    if not FAKETIME:
        pytest.skip("libfaketime is not installed")
    file = place.folder / "clock"

    def jump(to):
        # Written whole: half a line would be another time.
        draft = file.with_suffix(".new")
        draft.write_text(f"{to}\n")
        draft.chmod(0o644)
        draft.rename(file)
    jump("+0")
    faked = {"LD_PRELOAD": FAKETIME[0], "FAKETIME_TIMESTAMP_FILE": str(file), "FAKETIME_NO_CACHE": "1", "FAKETIME_DONT_FAKE_MONOTONIC": "1"}
    place.cluster.env = faked
    # A sanitizer wants to be first; it need not be.
    place.start(environment={**faked, "ASAN_OPTIONS": "verify_asan_link_order=0"})
    return jump


def listing(place):
    with talk.channel(place.daemon, "401005") as channel:
        return talk.report_service_pb2_grpc.ReportServiceStub(channel).ListReports(rs.ListReportsRequest(), timeout=10)


def test_a_clock_that_jumps_changes_no_order(place, clock):
    with Trial("clock jumps", lambda chain: Renkeid(place.daemon, chain.code), place.cluster.sql) as trial:
        for to in ("+3h", "-30m", "+400d", "-20m", "+0"):
            trial.progress(16)
            clock(to)
            trial.tries += 1
        trial.progress(16)
    assert trial.judge(lambda chain: Renkeid(place.daemon, chain.code)) == (0, 0, 0)
    assert not [s.trouble for s in trial.submitters if s.trouble]
    for submitter in trial.submitters:
        moments = [(receipt.received_at.seconds, receipt.received_at.nanos) for receipt in (
            rs.SubmitReportResponse.DESCRIPTOR.fields_by_name["receipt"].message_type._concrete_class.FromString(ack.receipt) for ack in submitter.acks)]
        assert moments == sorted(moments) and moments[-1][0] - moments[0][0] > 399 * 86400
    assert place.daemon.logged("worker_ended") == 0


def test_certificates_that_have_expired_are_refused_until_the_clock_is_right_again(place, clock):
    listing(place)
    clock("+900d")
    with pytest.raises(grpc.RpcError) as caught:
        listing(place)
    assert caught.value.code() == grpc.StatusCode.UNAVAILABLE
    wait_for(lambda: "expired" in place.daemon.log.read_text())
    clock("+0")
    listing(place)
