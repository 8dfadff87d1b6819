"""disk.py - an ext4 file system in a file, whose power can be cut: what was not flushed is gone, what was stays."""
import fcntl
import os
import pathlib
import subprocess

import pytest

EXT4_IOC_SHUTDOWN, NOLOGFLUSH = 0x8004587D, 2


class Disk:
    def __init__(self, folder, megabytes=512):
        self.image, self.mount = pathlib.Path(folder) / "disk.img", pathlib.Path(folder) / "disk"
        self.mount.mkdir(parents=True)
        with open(self.image, "wb") as image:
            image.truncate(megabytes << 20)
        subprocess.run(["mkfs.ext4", "-q", "-F", "-E", "lazy_itable_init=1", self.image], check=True)
        self.on = False

    def attach(self):
        run = subprocess.run(["mount", "-o", "loop", self.image, self.mount], capture_output=True, text=True)
        if run.returncode != 0:
            pytest.skip(f"no file system on a loop device here: {run.stderr.strip()}")
        self.on = True
        self.mount.chmod(0o755)
        return self

    def cut(self):
        """The power fails: from now on nothing reaches the disk, not even the journal."""
        fd = os.open(self.mount, os.O_RDONLY)
        try:
            fcntl.ioctl(fd, EXT4_IOC_SHUTDOWN, NOLOGFLUSH.to_bytes(4, "little"))
        finally:
            os.close(fd)

    def detach(self):
        if self.on:
            subprocess.run(["umount", self.mount], check=True)
        self.on = False
