"""``make bench``: speed as ratios, each pair measured side by side in one run, in a process of its own.

python -m benchmarks                  all of them
python -m benchmarks base reports     some of them
"""

from __future__ import annotations

import platform
import sys

from benchmarks import base, forecasts, hundred, lifetime_value, reports

ALL = {
    "base": base.run,
    "forecasts": forecasts.run,
    "lifetime_value": lifetime_value.run,
    "reports": reports.run,
    "hundred": hundred.run,
}


def main(names: list[str]) -> int:
    unknown = sorted(set(names) - set(ALL))
    if unknown:
        print(f"No benchmark {', '.join(unknown)}. There are: {', '.join(ALL)}.", file=sys.stderr)
        return 2
    print(f"{platform.platform()}, Python {platform.python_version()}")
    for name in names or ALL:
        print(f"\n## {name}")
        for line in ALL[name]():
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
