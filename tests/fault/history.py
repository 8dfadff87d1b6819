"""history.py - is there an order of what happened to one report that explains every answer?

The model is a register of (latest version, its state, accepted version): a submission is a compare-and-set of the version, an
acceptance and a withdrawal one of the state.  The search is that of Wing and Gong: an operation may come next when no other
that is left had ended before it began.  One whose outcome nobody learnt may have happened or not.
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


def explained(operations):
    """Whether some order explains them; what nobody learnt ends never."""
    operations = sorted((o._replace(ended=math.inf) if o.result is None else o for o in operations), key=lambda o: o.began)
    certain = sum(1 << i for i, o in enumerate(operations) if o.result is not None)
    seen, stack = set(), [(0, START)]
    while stack:
        done, state = stack.pop()
        if done & certain == certain:
            return True
        if (done, state) in seen:
            continue
        seen.add((done, state))
        horizon = math.inf
        for i, operation in enumerate(operations):
            if operation.began > horizon:
                break
            if done >> i & 1:
                continue
            horizon = min(horizon, operation.ended)
            stack += [(done | 1 << i, after) for after in outcomes(state, operation)]
    return False
