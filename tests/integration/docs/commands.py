# SPDX-License-Identifier: Apache-2.0
"""Runs every command that the documents show, so that they cannot go stale.

A document's commands are the lines of its ```sh blocks; comments are dropped and port 5757 is
replaced by a free one. Each `rankscope record` is started first and `rankscope simulate` feeds it,
which makes the session file that the other commands read. A recorder at port 5758 serves it
meanwhile. The ```python blocks run on a real DistributedDataParallel model; torchrun runs the first
of them, with two ranks.
"""

import os
import re
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from itertools import pairwise
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
BIN = Path(os.environ.get("RANKSCOPE_BIN", ROOT / "build/release/bin"))
PYTHON = ROOT / "build/venv/bin/python"
OWN_CODE = re.compile(r"^( *)\.\.\..*$", re.MULTILINE)  # `...` stands for the user's own lines
BLOCK = re.compile(r"^```(sh|python)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# What the documents' lines of a training script take for granted.
HARNESS = """
import gc, os
import torch, torch.distributed as dist
from torch.nn.parallel import DistributedDataParallel
if "RANK" not in os.environ:
    os.environ.update(MASTER_ADDR="127.0.0.1", MASTER_PORT="{port}", RANK="0", WORLD_SIZE="1")
dist.init_process_group("gloo")
import rankscope._recorder
rankscope._recorder.DEFAULT_PORT = {port}  # whoever listens on this machine is left alone
model = DistributedDataParallel(torch.nn.Linear(4, 2))
n_tokens = 3
loader = range(3)
def forward_and_backward():
    loss = model(torch.ones(n_tokens, 4)).square().mean()
    loss.backward()
    return loss
{snippet}
assert scope.enabled
scope.close()
del model
gc.collect()
dist.destroy_process_group()
"""


def provide_sessions(directory: Path, words: list[str]) -> None:
    """Other session files that a command reads are copies of the recorded one."""
    for word in words[1:]:
        if word.endswith(".rankscope") and not (directory / word).exists():
            shutil.copy(directory / "run.rankscope", directory / word)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def blocks(language: str) -> list[str]:
    documents = [
        ROOT / "README.md",
        ROOT / "CONTRIBUTING.md",
        *sorted((ROOT / "docs").glob("*.md")),
    ]
    documents += sorted(ROOT.glob("*/*/[A-Z]*.md"))
    return [
        body
        for path in documents
        for kind, body in BLOCK.findall(path.read_text())
        if kind == language
    ]


def commands() -> list[list[str]]:
    joined = "\n".join(blocks("sh")).replace("\\\n", " ")
    return [words for line in joined.splitlines() if (words := shlex.split(line, comments=True))]


class Shell:
    def __init__(self, directory: Path, port: int) -> None:
        self.directory = directory
        self.port = str(port)
        self.view = str(free_port())
        self.environment = os.environ | {
            "PATH": f"{BIN}:{PYTHON.parent}:{os.environ['PATH']}",
            "QT_QPA_PLATFORM": "offscreen",
            "PYTHONPATH": str(BIN.parent / "python"),
            "RANKSCOPE_ENDPOINT": f"tcp://127.0.0.1:{port}",
        }

    def start(self, words: list[str]) -> subprocess.Popen[bytes]:
        words = [word.replace("5757", self.port).replace("5758", self.view) for word in words]
        print("$", shlex.join(words), flush=True)
        return subprocess.Popen(words, cwd=self.directory, env=self.environment)

    def run(self, words: list[str]) -> None:
        code = self.start(words).wait(timeout=120)
        assert code == 0, f"{shlex.join(words)} exits with {code}"

    def record(self, words: list[str], simulate: list[str]) -> None:
        recorder = self.start([*words, "--once", "--overwrite"])
        if "--connection" in words:
            connection = words[words.index("--connection") + 1]
            while not (self.directory / connection).exists():
                assert recorder.poll() is None, "the recorder writes its connection file"
                time.sleep(0.01)
            at = simulate.index("--connect") + 1
            simulate = [*simulate[:at], connection, *simulate[at + 1 :]]
        self.run(simulate)
        assert recorder.wait(timeout=60) == 0

    def serve(self, simulate: list[str]) -> subprocess.Popen[bytes]:
        """A recorder that viewers reach at port 5758, with a run in it."""
        ranks = "ipc://served.sock"
        recorder = self.start(
            [
                *"rankscope record --view tcp://127.0.0.1:5758 --out served.rankscope".split(),
                *("--listen", ranks),
            ]
        )
        at = simulate.index("--connect") + 1
        self.run([*simulate[:at], ranks, *simulate[at + 1 :]])
        return recorder

    def train(self, words: list[str]) -> None:
        """With nobody listening: the ranks make a session in the folder `rankscope`."""
        (self.directory / words[-1]).write_text(script(training_snippets()[0]))
        self.environment["OMP_NUM_THREADS"] = "1"
        endpoint = self.environment.pop("RANKSCOPE_ENDPOINT")
        words = ["2" if before == "--nproc-per-node" else w for before, w in pairwise(["", *words])]
        self.run([words[0], "--standalone", *words[1:]])
        self.environment["RANKSCOPE_ENDPOINT"] = endpoint
        (session,) = (self.directory / "rankscope").glob("*.rankscope")
        while list(session.parent.glob("*-wal")):
            time.sleep(0.01)
        self.run(["rankscope", "verify", str(session)])


def training_snippets() -> list[str]:
    return [snippet for snippet in blocks("python") if "watch(" in snippet]


def script(snippet: str) -> str:
    return HARNESS.format(
        port=free_port(), snippet=OWN_CODE.sub(r"\1loss = forward_and_backward()", snippet)
    )


def main() -> int:
    every = commands()
    of = {
        verb: [words for words in every if words[:2] == ["rankscope", verb]]
        for verb in ("record", "simulate")
    }
    assert of["record"], "the README shows how to record"
    assert of["simulate"], "the README shows how to simulate"
    usage = subprocess.run(
        [ROOT / "dev", "help"], capture_output=True, text=True, check=True
    ).stdout
    with tempfile.TemporaryDirectory() as directory:
        shell = Shell(Path(directory), free_port())
        for words in of["record"]:
            shell.record(words, of["simulate"][0])
        served = shell.serve(of["simulate"][0])
        for words in every:
            if words in of["record"] + of["simulate"]:
                continue
            if words[1:2] in (["compare"], ["figure"]) or words[0] == "rankscope-gui":
                provide_sessions(shell.directory, words)
            if words[0] == "./dev":
                assert re.search(rf"^  {words[1]}\b", usage, re.MULTILINE), (
                    f"no {shlex.join(words)}"
                )
            elif words[0] == "rankscope-gui":
                shell.run([*words, "--screenshot", "window.png"])
            elif words[0] in ("rankscope", "python3", "python"):
                shell.run(words)
            elif words[0] == "torchrun":
                shell.train(words)
            else:
                assert words[0] in ("cmake", "cd"), f"no test runs {shlex.join(words)}"
        served.terminate()
        assert served.wait(timeout=60) == 0
        for snippet in training_snippets():
            shell.run([str(PYTHON), "-c", script(snippet)])
    print(f"{len(every)} commands ran")
    return 0


if __name__ == "__main__":
    sys.exit(main())
