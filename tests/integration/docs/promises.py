# SPDX-License-Identifier: Apache-2.0
"""Every promise of docs/promises.md names what proves it; this looks whether that is there.

`TestX::y` is a test function of a Qt Test program, `StressX` a program of tests/stress,
`test_x.py` a file of Python tests. A promise of README.md must be one of the list.
"""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
ROW = re.compile(r"^\| (\d+) \|([^|]*)\|([^|]*)\|([^|]*)\|$", re.MULTILINE)
NAME = re.compile(r"`(Test\w+)::(\w+)`|`(Stress\w+|Fuzz\w+)`|`(\w+\.(?:py|sh))`|`(Test\w+)`")


def sources(name: str) -> list[Path]:
    return [path for path in (ROOT / "tests").rglob(name) if path.is_file()]


def is_there(names: tuple[str, ...]) -> bool:
    program, function, stress, script, whole = names
    if program:
        return any(
            re.search(rf"\bvoid {function}\(", path.read_text())
            for path in sources(program + ".cpp")
        )
    if stress:
        folder = "fuzz" if stress.startswith("Fuzz") else "stress"
        return (ROOT / "tests" / folder / (stress + ".cpp")).is_file()
    return bool(sources(script or whole + ".cpp"))


def main() -> int:
    promised, _, _ = (ROOT / "docs/promises.md").read_text().partition("## Measured")
    rows = ROW.findall(promised)
    problems = []
    if [int(row[0]) for row in rows] != list(range(1, 18)):
        problems.append(f"docs/promises.md lists {[row[0] for row in rows]}, not 1 to 17")
    for number, _, test, stress in rows:
        named = NAME.findall(test + stress)
        if not any(names[0] or names[3] or names[4] for names in named):
            problems.append(f"promise {number} names no test")
        problems += [
            f"promise {number} names {''.join(names)}, which is not there"
            for names in named
            if not is_there(names)
        ]
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
