# SPDX-License-Identifier: Apache-2.0
"""Rankscope's training side: shows the workers behind the average.

    import rankscope

    scope = rankscope.watch(model)           # a DistributedDataParallel module
    ...
    scope.step(loss, weight=n_tokens)        # once per optimizer step

Nothing in here waits for the network, raises into the training or changes a number in it.
"""

from ._scope import Scope
from ._watch import watch, wrap

__all__ = ["Scope", "__version__", "watch", "wrap"]
__version__ = "0.1.0"
