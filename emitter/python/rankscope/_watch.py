# SPDX-License-Identifier: Apache-2.0
"""watch() and wrap(): the way in."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, TypeVar

from . import _launch
from ._log import log
from ._meeting import Meeting, Notice, Place
from ._native import Emitter, Identity
from ._overhead import Sampling
from ._scope import Scope

if TYPE_CHECKING:
    import torch
    from torch import nn
    from torch.nn.parallel import DistributedDataParallel

    from ._tap import CommHook

Hook = TypeVar("Hook", bound=Callable[..., Any])

MAX_CONFIG_BYTES = 64 << 10
MIN_SKETCH, MAX_SKETCH = 64, 32768


def watch(
    model: nn.Module,
    *,
    endpoint: str | None = None,
    run: str | None = None,
    name: str | None = None,
    config: Mapping[str, object] | None = None,
    overhead: float | None = None,
    sketch: int | None = None,
    exact: bool = True,
) -> Scope:
    """Starts recording this rank. Call it on every rank, before the first backward pass.

    model: a DistributedDataParallel module (or one that contains it); of any other module only
    what is given to Scope.step() is recorded.
    endpoint: of the recorder; else RANKSCOPE_ENDPOINT; nobody needs to listen there, now or ever.
    With neither, rank 0 finds one of this user's at tcp://127.0.0.1:5757 or starts one, says where,
    and tells the other ranks through the process group's store. Needs the `rankscope` command.
    run: id of the run; else RANKSCOPE_RUN, torchrun's, Slurm's job and step, else the recorder's.
    name, config: shown with the run; config is anything that JSON can hold.
    overhead: highest share of the wall time that reading gradients may take, e.g. 0.01; the
    gradients of only some steps are measured then. None: of all steps.
    sketch: numbers in a gradient's sketch, a power of two from 64 to 32768, 0 for none; they give
    pairwise cosines with a standard deviation of about 1 / sqrt(sketch). None: by world size.
    exact: also measure norm and direction of the mean gradient, for exact leave-one-out cosines.
    Costs one copy of the gradients in memory (as much as the parameters) and one more pass.

    Never raises: what goes wrong is logged once, and the returned scope does nothing.
    """
    if _launch.disabled(os.environ):
        return Scope()
    try:
        return _watch(model, endpoint, run, name, config, overhead, sketch, exact)
    except Exception as error:  # the training goes on without us
        log.warning("rankscope: this rank is not recorded: %s", error)
        return Scope()


def wrap(hook: Hook) -> Hook:
    """Makes a communication hook of your own visible: register wrap(hook), then call watch().

        model.register_comm_hook(state, rankscope.wrap(hook))
        scope = rankscope.watch(model)

    The hook gets what DDP gives it, and DDP what it returns. Cosines are marked as coming from a
    lossy reduction, unless it is torch's own allreduce_hook: whether a hook returns the plain mean
    cannot be told cheaply.
    """
    from ._tap import wrapping_hook

    return wrapping_hook(hook)  # type: ignore[return-value]


def _watch(
    model: nn.Module,
    endpoint: str | None,
    run: str | None,
    name: str | None,
    config: Mapping[str, object] | None,
    overhead: float | None,
    sketch: int | None,
    exact: bool,
) -> Scope:
    import torch

    from ._device import DeviceReader
    from ._layout import Layout
    from ._reader import HostReader, Reader
    from ._tap import Tap

    device = next((p.device for p in model.parameters()), torch.device("cpu"))
    ddp = _find_ddp(model) if _is_readable(device) else None
    hook = _install(ddp) if ddp is not None and _may_read(overhead) else None
    layout = Layout(_reduced_parameters(ddp) if hook and ddp else ())
    rank, world = _rank_and_world(ddp)
    run = run or _launch.run_id(os.environ)
    size = (_default_sketch(world) if sketch is None else _sketch_size(sketch)) if hook else 0
    emitter = Emitter(
        Identity(
            rank=rank,
            world=world,
            generation=_launch.generation(os.environ),
            name=name,
            config=_json(config),
            device=str(device),
            software=f"torch {torch.__version__}",
            sketch_size=size,
            group_names=layout.group_names,
            group_sizes=layout.group_sizes,
            in_process=_launch.in_process(os.environ),
        )
    )
    reader: Reader = HostReader(emitter)
    on_device = None
    if _is_device(device):
        reader = on_device = DeviceReader(emitter, device)
    endpoint = endpoint or os.environ.get("RANKSCOPE_ENDPOINT") or None
    meeting = None
    if endpoint is not None:
        emitter.open(endpoint, run)
    else:
        meeting = Meeting(Place(rank, world, *_leader_and_store(ddp)), run, name)
        if not _open_where_told(emitter, meeting):
            return Scope()
    sampling = None
    if hook is not None:
        hook.tap = Tap(reader, layout, exact)
        sampling = None if overhead is None else Sampling(overhead)
    return Scope(emitter, model, hook.tap if hook else None, sampling, on_device, meeting)


def _open_where_told(emitter: Emitter, meeting: Meeting) -> bool:
    """False when this rank is not recorded: whoever may listen at the usual port was not meant."""

    def open_at(notice: Notice, late: bool) -> bool:
        if notice.reachable:
            emitter.open(notice.endpoint, notice.run, notice.keys, late=late)
            return True
        if notice.endpoint:
            log.warning(
                "rankscope: this rank is not recorded: it cannot reach the recorder at %s, which "
                "is on another machine. Start one with keys (rankscope record --connection) and "
                "set RANKSCOPE_ENDPOINT",
                notice.endpoint,
            )
        emitter.close(0)
        return False

    if meeting.notice is not None:
        return open_at(meeting.notice, late=False)
    meeting.later(lambda notice: open_at(notice, late=True))
    return True


def _leader_and_store(ddp: DistributedDataParallel | None) -> tuple[int, Any]:
    """Global rank of the first rank of the model's process group, and the job's store."""
    import torch.distributed as dist

    if not dist.is_available() or not dist.is_initialized():
        return 0, None
    leader = 0 if ddp is None else dist.get_global_rank(ddp.process_group, 0)
    return leader, dist.distributed_c10d._get_default_store()


def _is_device(device: torch.device) -> bool:
    return device.type == "cuda"


def _is_readable(device: torch.device) -> bool:
    if device.type in ("cpu", "cuda"):
        return True
    log.warning("rankscope: gradients on %s cannot be read: only the loss is recorded", device)
    return False


def _may_read(overhead: float | None) -> bool:
    if overhead is None or overhead > 0:
        return True
    log.warning(
        "rankscope: overhead=%r leaves no time for gradients: only the loss is recorded; "
        "leave it out to measure every step, or ask for 0.01, a hundredth of the time",
        overhead,
    )
    return False


def _find_ddp(model: nn.Module) -> DistributedDataParallel | None:
    import torch.distributed

    if not torch.distributed.is_available():
        return None
    from torch.nn.parallel import DistributedDataParallel

    for module in model.modules():
        if isinstance(module, DistributedDataParallel):
            return module
    log.warning(
        "rankscope: the model has no DistributedDataParallel in it: only its loss is recorded"
    )
    return None


def _install(ddp: DistributedDataParallel) -> CommHook | None:
    """Our hook in `ddp`: the one that is there already, or a new one; None if it is another's."""
    import torch.distributed

    from ._scale import scale_for
    from ._tap import CommHook, mean_hook

    for hook, _ in getattr(ddp, "_comm_hooks", []):
        if isinstance(hook, CommHook):
            if hook.detached:
                continue
            return hook
        log.warning(
            "rankscope: the model has a communication hook already, so only the loss is recorded; "
            "register rankscope.wrap(hook) instead of the hook to see gradients too"
        )
        return None
    group = ddp.process_group
    world = torch.distributed.get_world_size(group)
    hook = mean_hook(group, scale_for(world, ddp.gradient_as_bucket_view, ddp.parameters()))
    ddp.register_comm_hook(None, hook)
    return hook


def _reduced_parameters(ddp: DistributedDataParallel) -> list[tuple[str, nn.Parameter]]:
    ignored = set(getattr(ddp, "parameters_to_ignore", ()))
    return [(name, p) for name, p in ddp.module.named_parameters() if name not in ignored]


def _rank_and_world(ddp: DistributedDataParallel | None) -> tuple[int, int]:
    if ddp is None:
        return _launch.rank_and_world(os.environ)
    import torch.distributed as dist

    return dist.get_rank(ddp.process_group), dist.get_world_size(ddp.process_group)


def _default_sketch(world: int) -> int:
    """Smaller as the world grows: there are more pairs to average over, and more to send."""
    return 4096 if world < 32 else 2048 if world < 64 else 1024


def _sketch_size(wanted: int) -> int:
    if wanted <= 0:
        return 0
    size = 1 << (min(max(wanted, MIN_SKETCH), MAX_SKETCH).bit_length() - 1)
    if size != wanted:
        log.warning("rankscope: a sketch of %d numbers is not possible, taking %d", wanted, size)
    return size


def _json(config: Mapping[str, object] | None) -> str | None:
    if config is None:
        return None
    text = json.dumps(dict(config), default=str)
    if len(text) > MAX_CONFIG_BYTES:
        log.warning(
            "rankscope: the config is larger than %d bytes and is left out", MAX_CONFIG_BYTES
        )
        return None
    return text
