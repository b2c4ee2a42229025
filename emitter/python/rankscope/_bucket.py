# SPDX-License-Identifier: Apache-2.0
"""DDP's bucket, which torch's own type stubs leave out."""

from typing import TYPE_CHECKING, Protocol

from torch import Tensor

if TYPE_CHECKING:

    class GradBucket(Protocol):
        def index(self) -> int: ...
        def buffer(self) -> Tensor: ...
        def gradients(self) -> list[Tensor]: ...
        def parameters(self) -> list[Tensor]: ...

else:
    from torch.distributed import GradBucket

__all__ = ["GradBucket"]
