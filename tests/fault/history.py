"""history.py - is there an order of what happened to one report that explains every answer?

The model is a register of (latest version, its state, accepted version): a submission is a compare-and-set of the version, an
acceptance and a withdrawal one of the state.  The search is that of Wing and Gong: an operation may come next when no other
that is left had ended before it began.  One whose outcome nobody learnt may have happened or not.  It takes about as long as there are operations.
"""
import collections
import math

Operation = collections.namedtuple("Operation", "began ended kind base result")
# kind: new, replace, correct, accept, withdraw, read.  base: the version it names.  result: what a read saw; True: done;
# False: refused; None: nobody knows.
START = (0, "", 0)


def step(state, operation):
    """The state afterwards, None when the model would refuse."""
    latest, word, accepted = state
    kind, base = operation.kind, operation.base
    if kind == "new":
        return (1, "submitted", 0) if latest == 0 else None
    if latest == 0 or base != latest:
        return None
    if kind == "replace":
        return (latest + 1, "submitted", accepted) if word != "accepted" else None
    if kind == "correct":
        return (latest + 1, "submitted", accepted) if accepted else None
    if word != "submitted":
        return None
    return (latest, "accepted", latest) if kind == "accept" else (latest, "withdrawn", accepted)


def outcomes(state, operation):
    """The states in which the operation can leave the register, having answered as it did."""
    if operation.kind == "read":
        return [state] if operation.result == state[:2] else []
    after = step(state, operation)
    if operation.result is None:
        return [state] if after is None else [state, after]
    if operation.result:
        return [] if after is None else [after]
    return [state] if after is None else []


def is_past(state, operation):
    """Versions only grow: it will never be done any more."""
    return state[0] > (0 if operation.kind == "new" else operation.base)


class Search:
    """The operations of known outcome in the order in which they began, those of unknown outcome beside them, which end never."""

    def __init__(self, operations):
        self.certain = sorted((o for o in operations if o.result is not None), key=lambda o: o.began)
        self.unknown = [o for o in operations if o.result is None]

    def settle(self, first, done, state):
        """Takes all that may come next and changes nothing: what has been seen so is seen at once, no order of the others needs it later.

        first: how many have been taken from the front; done: which of those behind, as bits.  Returns both, the others that may come
        next, and when the first of them all has ended."""
        while True:
            while done & 1:
                first, done = first + 1, done >> 1
            horizon, others, taken = math.inf, [], False
            for i in range(first, len(self.certain)):
                operation = self.certain[i]
                if operation.began > horizon:
                    break
                if done >> i - first & 1:
                    continue
                horizon = min(horizon, operation.ended)
                after = outcomes(state, operation)
                if after == [state]:
                    done |= 1 << i - first
                    taken = True
                else:
                    others += [(i, next_state) for next_state in after]
            if not taken:
                return first, done, others, horizon

    def succeeds(self):
        seen, stack = set(), [(0, 0, frozenset(), START)]
        while stack:
            first, done, used, state = stack.pop()
            first, done, others, horizon = self.settle(first, done, state)
            if first == len(self.certain):
                return True
            # An unknown one that can do nothing any more may as well have been done: it makes no difference to what follows.
            used = frozenset(n for n in used if not is_past(state, self.unknown[n]))
            if (first, done, used, state) in seen:
                continue
            seen.add((first, done, used, state))
            for n, operation in enumerate(self.unknown):
                after = step(state, operation)
                if n not in used and operation.began <= horizon and after is not None:
                    stack.append((first, done, used | {n}, after))
            stack += [(first, done | 1 << i - first, used, after) for i, after in others]
        return False


def explained(operations):
    """Whether some order explains them."""
    return Search(operations).succeeds()
