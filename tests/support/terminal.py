"""terminal.py - renkei with somebody at a terminal who answers its question."""
import os
import pty
import subprocess

from demo import RENKEI


def on_a_terminal(demo, principal, home, answer, *words, **env):
    """Runs renkei on a terminal of its own, answers its question, and returns its exit status and all it printed there."""
    cert, key = demo.identity(principal)
    env = {**env, "PATH": os.environ["PATH"], "HOME": str(home), "LC_ALL": "C.UTF-8", "TERM": "dumb", "RENKEI_LANG": "ja", "RENKEI_SERVER": demo.env["RENKEI_SERVER"],
           "RENKEI_CA": demo.env["RENKEI_CA"], "RENKEI_CERT": cert, "RENKEI_KEY": key}
    master, slave = pty.openpty()
    run = subprocess.Popen([RENKEI, *map(str, words)], env=env, stdin=slave, stdout=slave, stderr=slave)
    os.close(slave)
    os.write(master, answer)
    said = b""
    try:
        while piece := os.read(master, 4096):
            said += piece
    except OSError:  # the other end is closed
        pass
    os.close(master)
    return run.wait(30), said.decode()
