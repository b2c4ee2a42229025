# SPDX-License-Identifier: Apache-2.0
"""watch() and Scope in one process: whatever happens, the training goes on."""

from __future__ import annotations

import gc
import io
import logging
import multiprocessing
import os
import signal
import subprocess
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
import rankscope
import torch
import torch.distributed as dist
from net import batch_of, loss_sum, make_net
from rankscope import _recording
from support import Recorder, metrics, number, senders_of, wait_until, watch_connected
from torch.distributed.algorithms.ddp_comm_hooks import default_hooks
from torch.nn.parallel import DistributedDataParallel

LOSSY, MANY, SKIPPED, EVAL, PARTIAL = 1, 2, 4, 8, 16


@pytest.fixture(scope="module")
def group(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    store = tmp_path_factory.mktemp("store") / "store"
    dist.init_process_group("gloo", init_method=f"file://{store}", rank=0, world_size=1)
    yield
    dist.destroy_process_group()


@pytest.fixture
def recorder(tmp_path: Path) -> Iterator[Recorder]:
    recorder = Recorder(tmp_path / "run.rankscope")
    yield recorder
    recorder.kill()


def backward(model: torch.nn.Module, step: int = 0) -> float:
    x, labels = batch_of(step, 8, torch.float32)
    loss = loss_sum(model(x, True), labels) / len(labels)
    loss.backward()
    return loss.item()


def rows(recorder: Recorder) -> list[dict[str, str]]:
    recorder.stop()
    return metrics(recorder.file, "--per-rank")


def make_ddp() -> DistributedDataParallel:
    return DistributedDataParallel(make_net(torch.float32))


def test_losses_of_every_kind(recorder: Recorder) -> None:
    values = [1.5, torch.tensor(2.5), None, float("nan"), float("inf"), 3, torch.tensor([4.5])]
    with watch_connected(make_net(torch.float32), recorder.endpoint) as scope:
        for value in values:
            scope.step(value)
    found = [row["loss"] for row in rows(recorder)]
    assert found == ["1.5", "2.5", "", "nan", "inf", "3", "4.5"]


@pytest.mark.filterwarnings("error")
def test_a_loss_with_its_graph_is_read_in_silence(recorder: Recorder) -> None:
    with watch_connected(make_net(torch.float32), recorder.endpoint) as scope:
        scope.step(torch.tensor(2.0, requires_grad=True) * 2)
    assert [row["loss"] for row in rows(recorder)] == ["4"]


def test_numbers_of_steps(recorder: Recorder) -> None:
    with watch_connected(make_net(torch.float32), recorder.endpoint) as scope:
        scope.step(0.0)
        scope.step(1.0, step=100)
        scope.step(2.0)
    assert [int(row["step"]) for row in rows(recorder)] == [0, 100, 101]


def test_flags(group: None, recorder: Recorder) -> None:
    ddp = make_ddp()
    with watch_connected(ddp, recorder.endpoint) as scope:
        backward(ddp)
        scope.step(0.0)
        backward(ddp)
        scope.step(0.0, skipped=True)
        ddp.eval()
        backward(ddp)
        scope.step(0.0)
        ddp.train()
        backward(ddp)
        ddp.zero_grad()
        backward(ddp)
        last = sum(p.grad.double().square().sum().item() for p in ddp.parameters()) ** 0.5
        scope.step(0.0)
    found = rows(recorder)
    assert [int(row["flags"]) for row in found] == [0, SKIPPED, EVAL, MANY]
    assert number(found[3]["grad_norm"]) == pytest.approx(last, rel=1e-6)  # the last reduction


def test_wrapped_hooks(group: None, recorder: Recorder) -> None:
    plain, compressed = make_ddp(), make_ddp()
    plain.register_comm_hook(None, rankscope.wrap(default_hooks.allreduce_hook))
    compressed.register_comm_hook(None, rankscope.wrap(default_hooks.fp16_compress_hook))
    norms = []
    scopes = [watch_connected(m, recorder.endpoint) for m in (plain, compressed)]
    for number_of, (model, scope) in enumerate(zip((plain, compressed), scopes, strict=True)):
        loss = backward(model)
        scope.step(loss, step=number_of)
        norms.append(sum(p.grad.double().square().sum().item() for p in model.parameters()) ** 0.5)
        scope.close()
    found = rows(recorder)
    assert [int(row["flags"]) for row in found] == [0, LOSSY]
    assert number(found[0]["grad_norm"]) == pytest.approx(norms[0], rel=1e-6)


def test_foreign_hook_is_left_alone(
    group: None, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    ddp = make_ddp()
    ddp.register_comm_hook(None, default_hooks.allreduce_hook)
    with caplog.at_level(logging.WARNING, "rankscope"):
        scope = watch_connected(ddp, recorder.endpoint)
    assert "rankscope.wrap(hook)" in caplog.text
    scope.step(backward(ddp))
    scope.close()
    (row,) = rows(recorder)
    assert number(row["loss"]) is not None
    assert number(row["grad_norm"]) is None


def test_an_error_of_ours_does_not_reach_backward(
    group: None, recorder: Recorder, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    ddp = make_ddp()
    scope = watch_connected(ddp, recorder.endpoint)

    def broken(*_: object) -> None:
        raise RuntimeError("broken on purpose")

    monkeypatch.setattr("rankscope._tap.make_plan", broken)
    backward(ddp)
    assert all(p.grad is not None for p in ddp.parameters())
    assert caplog.text.count("broken on purpose") == 1
    scope.step(1.0)
    scope.close()
    assert [row["loss"] for row in rows(recorder)] == ["1"]


def test_a_watched_model_can_be_saved_copied_and_watched_again(
    group: None, recorder: Recorder
) -> None:
    ddp = make_ddp()
    first = watch_connected(ddp, recorder.endpoint)
    backward(ddp)
    first.step(1.0)
    first.close()
    saved = io.BytesIO()
    torch.save(ddp, saved)
    saved.seek(0)
    models = [ddp, torch.load(saved, weights_only=False)]
    for step, model in enumerate(models, 1):
        with watch_connected(model, recorder.endpoint) as scope:
            backward(model)
            scope.step(1.0, step=step)
    found = rows(recorder)
    assert [int(row["step"]) for row in found] == [0, 1, 2]
    assert all(number(row["grad_norm"]) > 0 for row in found)


def test_misuse_is_logged_and_does_nothing(
    recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    scope = rankscope.watch("not a model", endpoint=recorder.endpoint)  # type: ignore[arg-type]
    assert not scope.enabled
    assert "not recorded" in caplog.text
    scope.step("not a loss")  # type: ignore[arg-type]
    scope.data(range(3))
    scope.close()
    with watch_connected(make_net(torch.float32), recorder.endpoint) as scope:
        scope.step("not a loss")  # type: ignore[arg-type]
        scope.step(torch.zeros(2), weight=3)
        scope.step(1.0)
    assert caplog.text.count("no single number") == 2, "once per type"
    assert [row["loss"] for row in rows(recorder)] == ["", "", "1"]


def test_disabled(monkeypatch: pytest.MonkeyPatch, recorder: Recorder) -> None:
    monkeypatch.setenv("RANKSCOPE_DISABLE", "1")
    scope = rankscope.watch(make_net(torch.float32), endpoint=recorder.endpoint)
    scope.step(1.0)
    assert not scope.enabled


def test_a_forked_child_is_silent(recorder: Recorder) -> None:
    scope = watch_connected(make_net(torch.float32), recorder.endpoint)
    scope.step(0.0)
    child = os.fork()
    if child == 0:
        scope.step(1.0)
        scope.close()
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    scope.step(2.0)
    scope.close()
    assert [row["loss"] for row in rows(recorder)] == ["0", "2"]


def test_closes_itself_at_exit(recorder: Recorder) -> None:
    script = (
        "import rankscope, time, torch\n"
        "scope = rankscope.watch(torch.nn.Linear(2, 2), config={'lr': 0.1})\n"
        "while not scope.connected: time.sleep(0.01)\n"
        "for step in range(50): scope.step(float(step))\n"
    )
    environment = {**os.environ, "RANKSCOPE_ENDPOINT": recorder.endpoint, "RANKSCOPE_RUN": "exit"}
    subprocess.run([sys.executable, "-c", script], env=environment, timeout=60, check=True)
    assert [row["loss"] for row in rows(recorder)] == [str(step) for step in range(50)]


def test_close_in_a_signal_handler(group: None, recorder: Recorder, monkeypatch) -> None:
    ddp = make_ddp()
    scope = watch_connected(ddp, recorder.endpoint)
    scope.step(backward(ddp))
    read = scope._recording.emitter._library.gradient

    def read_and_signal(*arguments: object) -> None:
        read(*arguments)
        signal.raise_signal(signal.SIGUSR1)  # its handler runs before the caller goes on

    monkeypatch.setattr(scope._recording.emitter._library, "gradient", read_and_signal)
    before = signal.signal(signal.SIGUSR1, lambda *_: scope.close())
    signal.alarm(30)  # ends a deadlock, and these tests with it
    try:
        scope.step(backward(ddp))
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGUSR1, before)
    assert not scope.enabled
    assert len(rows(recorder)) == 1


def test_nothing_is_kept_after_close(group: None, recorder: Recorder) -> None:
    ddp = make_ddp()
    scope = watch_connected(ddp, recorder.endpoint)
    backward(ddp)
    (plan, *_) = scope._recording.tap._plans.values()
    copy, parameter = weakref.ref(plan.copy), weakref.ref(ddp.module.head.weight)
    del plan, _
    scope.close()
    assert copy() is None
    del ddp
    gc.collect()
    assert parameter() is None
    assert not scope.enabled  # it lives on, without the model


def test_a_model_may_go_before_its_scope(group: None, recorder: Recorder) -> None:
    ddp = make_ddp()
    scope = watch_connected(ddp, recorder.endpoint)
    backward(ddp)
    parameter = weakref.ref(ddp.module.head.weight)
    scope._recording.tap.release()
    del ddp
    gc.collect()
    assert parameter() is None
    scope.close()


def rings() -> int:
    """Memory that this process shares with senders."""
    return Path("/proc/self/maps").read_text().count("/memfd:rankscope ")


def test_scopes_that_nobody_holds_are_closed(group: None, recorder: Recorder) -> None:
    """Folds, sweeps, cells of a notebook that run again."""
    before = rings()
    for fold in range(4):
        ddp = make_ddp()
        scope = watch_connected(ddp, recorder.endpoint)
        scope.step(backward(ddp), step=fold)
        del ddp, scope
        gc.collect()
    wait_until(lambda: not senders_of(os.getpid()), 10)
    watch_connected(make_ddp(), recorder.endpoint).close()
    assert rings() == before
    assert [int(row["step"]) for row in rows(recorder)] == [0, 1, 2, 3]


def test_a_scope_outlives_its_model_while_it_is_held(recorder: Recorder) -> None:
    scope = watch_connected(torch.nn.Linear(2, 2), recorder.endpoint)
    gc.collect()
    scope.step(1.0)
    scope.close()
    assert [row["loss"] for row in rows(recorder)] == ["1"]


def test_a_scope_that_goes_waits_for_no_lock(recorder: Recorder) -> None:
    """The thread that has it may want a lock that this one holds."""
    scope = watch_connected(make_net(torch.float32), recorder.endpoint)
    scope.step(1.0)
    emitter = scope._recording.emitter
    held, release = threading.Event(), threading.Event()

    def hold() -> None:
        with emitter._lock:
            held.set()
            release.wait(20)

    thread = threading.Thread(target=hold)
    thread.start()
    held.wait(20)
    began = time.monotonic()
    del scope
    took = time.monotonic() - began
    release.set()
    thread.join()
    assert took < 5
    wait_until(lambda: (_recording.end_left_ones(), emitter._handle is None)[1], 10)
    assert [row["loss"] for row in rows(recorder)] == ["1"]


def test_many_scopes_close_together_at_exit(recorder: Recorder) -> None:
    scopes = [watch_connected(make_net(torch.float32), recorder.endpoint) for _ in range(4)]
    for step, scope in enumerate(scopes):
        scope.step(1.0, step=step)
    recorder.process.send_signal(signal.SIGSTOP)  # connected, and acknowledges nothing
    for scope in scopes:
        scope.step(1.0, step=10)
    began = time.monotonic()
    _recording._close_all()
    assert time.monotonic() - began < 4, "one patience, not four"
    assert not any(scope.enabled for scope in scopes)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="passes come later, wherever Python is")
def test_no_garbage_is_collected_on_a_collectives_thread(group: None, recorder: Recorder) -> None:
    """It would be the job's garbage, which without us is never destroyed there."""
    ddp = make_ddp()
    passes: list[str] = []  # the functions that they came in

    def note(phase: str, _: dict[str, int]) -> None:
        passes.append(sys._getframe(1).f_code.co_name)

    with watch_connected(ddp, recorder.endpoint) as scope:
        backward(ddp)
        tap = scope._recording.tap
        plan = next(iter(tap._plans.values()))
        mean = plan.copy.clone()
        kept: list[object] = [None] * 50

        def reduce() -> None:
            tap.after(plan, mean)  # what is made once
            gc.callbacks.append(note)
            gc.set_threshold(1)  # a pass for every second object that is tracked
            for i in range(50):
                kept[i] = {i}  # the first of two, so that one in there is the second
                tap.after(plan, mean)
            gc.set_threshold(*before)
            gc.callbacks.remove(note)

        before = gc.get_threshold()
        thread = threading.Thread(target=reduce)
        thread.start()
        thread.join()
    assert set(passes) == {"reduce"}


@pytest.mark.parametrize("overhead", [0, -1, float("nan")])
def test_no_time_for_gradients(
    group: None, recorder: Recorder, caplog: pytest.LogCaptureFixture, overhead: float
) -> None:
    ddp = make_ddp()
    with watch_connected(ddp, recorder.endpoint, overhead=overhead) as scope:
        for _ in range(12):
            scope.step(backward(ddp))
    assert caplog.text.count("leaves no time for gradients") == 1
    found = rows(recorder)
    assert len(found) == 12
    assert all(number(row["grad_norm"]) is None for row in found)


def test_an_error_in_sampling_ends_only_the_sampling(
    group: None, recorder: Recorder, caplog: pytest.LogCaptureFixture, monkeypatch
) -> None:
    ddp = make_ddp()
    with watch_connected(ddp, recorder.endpoint, overhead=0.5) as scope:
        monkeypatch.setattr(scope._sampling, "_share", 0.0)
        for _ in range(12):
            scope.step(backward(ddp))
    assert caplog.text.count("ZeroDivisionError") == 1
    found = rows(recorder)
    assert len(found) == 12
    assert all(number(row["grad_norm"]) > 0 for row in found)


def record_in_child(endpoint: str) -> None:
    scope = watch_connected(make_net(torch.float32), endpoint, run="child")
    for step in range(50):
        scope.step(float(step))


@pytest.mark.parametrize("watched_before", [False, True])
def test_a_child_of_multiprocessing_closes_at_its_end(
    recorder: Recorder, watched_before: bool
) -> None:
    if watched_before:  # by the parent, whose scope the child inherits
        rankscope.watch(make_net(torch.float32), endpoint="tcp://127.0.0.1:9")
    child = multiprocessing.get_context("fork").Process(
        target=record_in_child, args=(recorder.endpoint,)
    )
    child.start()
    child.join(120)
    assert child.exitcode == 0
    assert [row["loss"] for row in rows(recorder)] == [str(step) for step in range(50)]
