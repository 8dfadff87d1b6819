"""torture_try.py - one call in which something fails, and what must hold of its answer and of all that comes after."""
import threading

import grpc
import torture_calls
from torture import FOR_GOOD

# Everything that says "not now"; a fault of the worker's must not look like one of the request, of rights or of the stored data.
HONEST = {"OK", "RESOURCE_EXHAUSTED", "UNAVAILABLE", "CANCELLED", "UNKNOWN", "INTERNAL"}
NEVER = 1 << 60


class Try:
    """Calls of one case with the nth of some system calls, or of all allocations, failing once or from there on."""

    def __init__(self, demo, case, mode, calls=("memory",), fault=12):
        self.demo, self.case, self.mode, self.calls, self.fault = demo, case, mode, calls, fault
        request = case.prepare()
        self.reference = torture_calls.again(lambda: case.call(request))

    def count(self):
        """How many there are in a call in which none fails."""
        request = self.case.prepare()
        self.demo.arm(NEVER, calls=self.calls)
        self.case.call(request)
        self.demo.disarm()
        return self.demo.control.seen

    def hurt(self, nth):
        """The status of the call, and how many failed in it."""
        case, demo, request = self.case, self.demo, self.case.prepare()
        patience = threading.Timer(0.3, demo.disarm)
        demo.arm(nth, self.mode, self.calls, self.fault)
        if self.mode == FOR_GOOD:
            patience.start()
        try:
            answer, said = case.call(request), "OK"
        except grpc.RpcError as error:
            answer, said = None, error.code().name
        patience.cancel()
        hits = demo.disarm()
        where = f"{case.name}, {', '.join(self.calls)} {nth}: "
        assert said != "DEADLINE_EXCEEDED", where + "it hangs"
        assert said in HONEST, where + said
        if said == "OK":
            self.check(answer, request, where + "acknowledged, ")
        self.check(torture_calls.again(lambda: case.call(request)), request, where + "asked again, ")
        assert demo.worker() == demo.first, where + "the worker ended\n" + str(demo.trouble())
        return said, hits

    def check(self, answer, request, where):
        """What was acknowledged is stored, once; what was read is what is always read."""
        if self.case.writes:
            stored = self.case.stored(self.demo.database, request)
            assert stored == [["1"]], where + f"stored {stored}"
        else:
            assert answer == self.reference, where + "another answer"
