"""served.py - a demo's database under a renkeid of the test's own settings: one worker, unless they say otherwise.

Everything that Demo knows of workers, server and log is then the second one's; the demo's own goes on beside it.
"""
import re
import signal
import socket
import subprocess

from demo import RENKEID, Demo, wait_for


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Served(Demo):
    def __init__(self, folder, *options, **settings):
        super().__init__(folder, *options)
        self.settings, self.below = {"workers": 1, **settings}, None
        self.config = self.folder / "served.conf"

    def start(self, seconds=90):
        super().start(seconds)
        self.server = f"127.0.0.1:{free_port()}"
        text = (self.folder / "renkeid.conf").read_text()
        for name, value in {"listen": self.server, "control_socket": "served.sock", **self.settings}.items():
            # A list is written as it stands.
            text = re.sub(rf"(?m)^{name} = .*\n", "", text) + (f"{name} = {value}\n" if str(value).startswith("{") else f'{name} = "{value}"\n')
        self.config.write_text(text)
        self.config.chmod(0o600)
        self.below, self.process = self.process, subprocess.Popen([RENKEID, "serve", "--config", self.config], stdout=subprocess.PIPE, stderr=self.log)
        self.env = {**self.env, "RENKEI_SERVER": self.server}
        try:
            wait_for(self.is_up, seconds)
        except BaseException:
            self.stop()
            raise
        return self

    def is_up(self):
        """the second renkeid to take connections"""
        assert self.process.poll() is None, self.tail()
        host, port = self.server.rsplit(":", 1)
        try:
            socket.create_connection((host, int(port)), 1).close()
        except OSError:
            return False
        return bool(self.workers())

    def stop(self, sent=signal.SIGTERM, seconds=60):
        if self.below is None:
            return super().stop(sent, seconds)
        if self.process.poll() is None:
            self.process.send_signal(sent)
        status = self.process.wait(seconds)
        self.process.stdout.close()
        self.process, self.below = self.below, None
        return super().stop(sent, seconds) or status
