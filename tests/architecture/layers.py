# SPDX-License-Identifier: Apache-2.0
"""The layer rules of ARCHITECTURE.md, read off the sources: which folder may include what.

Exits 1 with one line per broken rule. A rule that no file could break would be worthless, so the
checker first proves on made-up includes that each rule fires.
"""

import re
import sys
from dataclasses import dataclass
from pathlib import Path

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
SOURCES = {".h", ".cpp", ".hpp", ".c"}

# folder -> folders of ours that it may include (besides itself)
LAYERS = {
    "transport/wire": [],
    "transport/session": ["transport/wire"],
    "transport/link": ["transport/wire"],
    "transport/view": ["transport/wire", "transport/link", "transport/session"],
    "emitter": ["transport"],
    "app/analysis": ["transport/wire"],
    "app/engine/session": ["app/analysis", "transport"],
    "app/engine/frames": ["app/analysis", "transport"],
    "app/engine/blocks": [
        "app/engine/session",
        "app/engine/frames",
        "app/analysis",
        "transport",
    ],
    "app/engine/run": [
        "app/engine/session",
        "app/engine/frames",
        "app/engine/blocks",
        "app/analysis",
        "transport",
    ],
    "app/engine/compare": [
        "app/engine/session",
        "app/engine/frames",
        "app/engine/run",
        "app/analysis",
        "transport",
    ],
    "app/engine/record": [
        "app/engine/session",
        "app/engine/blocks",
        "app/analysis",
        "transport",
    ],
    "app/tables": ["app/analysis", "app/engine", "transport/wire"],
    "app/cli": ["app/analysis", "app/engine", "app/tables", "transport"],
    "app/ui/models": ["app/analysis", "app/engine", "transport", "widgets"],
    "app/export": [
        "app/analysis",
        "app/engine",
        "app/tables",
        "app/ui/models",
        "transport/wire",
        "widgets",
    ],
    "app/ui": ["app", "transport", "widgets"],
    "widgets/frames": [],
    "widgets": ["widgets"],
}
QT_ALLOWED = ("widgets/", "app/ui/", "app/export/")
QT_FORBIDDEN_WITHIN = ("widgets/frames/", "app/ui/models/")


@dataclass(frozen=True)
class Confinement:
    homes: tuple[str, ...]  # the only places that may include it
    in_headers: bool = False
    wrapper: str | None = None  # the one private header that may


# third-party header -> where it may appear; in a .cpp only, unless said otherwise
CONFINED = {
    re.compile(r"^zmq"): Confinement(("transport/link/",), wrapper="transport/link/Zmq.h"),
    re.compile(r"^msgpack"): Confinement(("transport/wire/",), wrapper="transport/wire/Writer.h"),
    re.compile(r"^sqlite3"): Confinement(("transport/session/",)),
    re.compile(r"^(QtCharts/|QChart|QLineSeries|QAreaSeries|QValueAxis)"): Confinement(
        ("widgets/charts/",), in_headers=True
    ),
    re.compile(r"^cblas"): Confinement(("app/analysis/",)),
    re.compile(r"^boost/"): Confinement(("app/analysis/StudentT.cpp",)),
    re.compile(r"^hwy/(?!contrib/sort/)"): Confinement(("emitter/src/",), in_headers=True),
    re.compile(r"^hwy/contrib/sort/"): Confinement(("app/analysis/RobustSummary.cpp",)),
    re.compile(r"^nlohmann/"): Confinement(
        ("app/", "transport/link/ConnectionFile.cpp"), in_headers=True
    ),
    re.compile(r"^(harfbuzz/)?hb"): Confinement(("app/export/",)),
}
QT = re.compile(r"^(Q[A-Z]|Qt[A-Z]\w*/)")


@dataclass(frozen=True)
class Include:
    file: str  # path from the root
    quoted: bool
    target: str


def layer_of(path: str) -> str | None:
    return max((name for name in LAYERS if path.startswith(name + "/")), key=len, default=None)


def broken_rules(include: Include) -> list[str]:
    found = []
    layer = layer_of(include.file)
    if layer is None:
        return [f"{include.file}: lies in no known layer"]
    target_layer = layer_of(include.target) if include.quoted else None
    allowed = [layer, *LAYERS[layer]]
    if target_layer and not any(
        target_layer == a or target_layer.startswith(a + "/") for a in allowed
    ):
        found.append(f"{include.file}: {layer} must not include {include.target}")
    if QT.match(include.target) and (
        not include.file.startswith(QT_ALLOWED) or include.file.startswith(QT_FORBIDDEN_WITHIN)
    ):
        found.append(f"{include.file}: no Qt here ({include.target})")
    for pattern, confinement in CONFINED.items():
        if not pattern.match(include.target):
            continue
        if not include.file.startswith(confinement.homes):
            found.append(f"{include.file}: {include.target} belongs to {confinement.homes}")
        elif (
            include.file.endswith(".h")
            and not confinement.in_headers
            and include.file != confinement.wrapper
        ):
            found.append(f"{include.file}: {include.target} in a header")
    return found


def includes(root: Path) -> list[Include]:
    found = []
    for top in ("transport", "emitter", "app", "widgets"):
        for path in sorted((root / top).rglob("*")):
            if path.suffix in SOURCES:
                name = path.relative_to(root).as_posix()
                for kind, target in INCLUDE.findall(path.read_text()):
                    found.append(Include(name, kind == '"', target))
    return found


def self_test() -> None:
    wrong = [
        Include("transport/wire/A.h", True, "transport/session/SessionWriter.h"),
        Include("emitter/src/A.cpp", True, "app/engine/run/Run.h"),
        Include("app/engine/run/A.cpp", True, "emitter/src/Ring.h"),
        Include("app/engine/run/A.cpp", True, "widgets/frames/CurveFrame.h"),
        Include("widgets/charts/A.cpp", True, "app/engine/frames/RunFrame.h"),
        Include("widgets/frames/A.h", False, "QString"),
        Include("app/cli/A.cpp", False, "QtCore/QString"),
        Include("app/ui/A.cpp", False, "QtCharts/QChart"),
        Include("app/engine/run/A.cpp", False, "zmq.h"),
        Include("transport/session/A.h", False, "sqlite3.h"),
        Include("transport/link/A.h", False, "zmq.h"),
        Include("app/analysis/A.cpp", False, "boost/math/distributions/normal.hpp"),
    ]
    for include in wrong:
        assert broken_rules(include), f"no rule caught {include}"
    right = [
        Include("emitter/src/A.cpp", True, "transport/link/Dealer.h"),
        Include("app/ui/A.cpp", True, "widgets/charts/ChartPanel.h"),
        Include("widgets/charts/A.cpp", False, "QtCharts/QChart"),
        Include("transport/session/A.cpp", False, "sqlite3.h"),
        Include("transport/link/Zmq.h", False, "zmq.h"),
    ]
    for include in right:
        assert not broken_rules(include), broken_rules(include)


def main() -> int:
    self_test()
    root = Path(sys.argv[1])
    seen = includes(root)
    broken = [line for include in seen for line in broken_rules(include)]
    print("\n".join(broken) or f"{len(seen)} includes keep the layers")
    return 1 if broken or not seen else 0


if __name__ == "__main__":
    sys.exit(main())
