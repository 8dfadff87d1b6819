"""What README.md tells people to type is there: every command of the client, with every option it is given."""
import re
import subprocess

import pytest
from demo import RENKEI, ROOT

TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
SPANS = re.findall(r"`renkei ([^`]+)`", TEXT)
LINES = re.findall(r"^\$ (?:\S+=\S+ )*renkei (.+)", TEXT, re.MULTILINE)

GROUPS = {"meeting"}  # a whole family of commands


def said_of(words):
    done = subprocess.run([RENKEI, *words, "--help"], capture_output=True, text=True, env={"LANG": "C.UTF-8", "LANGUAGE": "en"})
    return done.stdout if done.returncode == 0 else None


@pytest.mark.parametrize("line", sorted({line for line in SPANS + LINES if line.split()[0] not in ("COMMAND", "help")}))
def test_a_command_of_the_readme_is_there(line):
    words = re.sub(r"^--lang \w+ ", "", line).split("#")[0].split()
    names = []
    for word in words:
        if not re.fullmatch(r"[a-z]+", word) or said_of(names + [word]) is None:
            break
        names.append(word)
    said = said_of(names) if names else None
    assert said and f"renkei {' '.join(names)} COMMAND" not in said.splitlines()[1] or line in GROUPS, f"no such command: renkei {line}"
    for option in re.findall(r"(?<!\S)--?[a-z][a-z-]*", " ".join(words)):
        assert re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", said), f"renkei {' '.join(names)} has no {option}:\n{said}"
