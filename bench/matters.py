"""What the register costs at 20,000 and at 200,000 matters: lists, search, intake and every step of a matter.

    python bench/matters.py [--quick] [--only WORD …] [--sizes 20000 200000] [--keep FOLDER]

Makes two cities with so many matters, each on a PostgreSQL of its own, starts the web server as production does, and
asks it over HTTP with the sessions of real accounts. Beside it runs bench/yardstick.py, a bare WSGI + psycopg2 + orjson
program that runs the same statements for each request. All four are asked in turn, a few requests at a time, so that
the ratios hold on any machine, and in a minute in which it has other things to do:

CPU ms      time of the web process for one request
requests/s  four connections at once against one worker
cost        web process + database for one request, which is what must not grow with the register

Nothing is asserted; the last lines say whether the targets hold. With --keep the registers are made once and used again.
"""

import argparse
import signal
import sys
import time
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE.parent), str(HERE)]

from side import Side  # noqa: E402

SLOWEST_SEARCH_MS, MOST_QUERIES, GROWTH, LONGER = 50, 12, 1.3, 1.15
PAGES = ("list", "desk", "phone", "detail", "time line", "search")


def arguments():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--quick", action="store_true", help="a tenth of the size, fewer requests: about two minutes"
    )
    parser.add_argument(
        "--only",
        nargs="+",
        default=[""],
        help="measure only operations with one of these words in their name",
    )
    parser.add_argument("--sizes", type=int, nargs=2)
    parser.add_argument(
        "--keep", metavar="FOLDER", help="keep the registers here, or use those that are here"
    )
    given = parser.parse_args()
    given.sizes = given.sizes or ([2_000, 20_000] if given.quick else [20_000, 200_000])
    given.scale = 0.05 if given.quick else 0.3
    given.turns, given.share = (3, (4, 8)) if given.quick else (5, (8, 16))
    return given


def measure(name, sides, turns):
    """{size: Result}; the sides begin by turns, too."""
    for side in sides:
        side.call("prepare", name)
    for turn in range(turns):
        for side in sides if turn % 2 else reversed(sides):
            side.call("turn")
    return {side.size: side.call("result") for side in sides}


def tell(small, large, found):
    growth = {name: each[large].cost / each[small].cost for name, each in found.items()}
    longer = {name: each[large].length / each[small].length for name, each in found.items()}
    alike = {name: ratio for name, ratio in growth.items() if longer[name] <= LONGER}
    searches = {name: each[large].median for name, each in found.items() if name.startswith("search")}
    queries = {
        name: max(result.queries for result in each.values())
        for name, each in found.items()
        if name.startswith(PAGES)
    }
    print()
    _verdict(
        f"search ≤ {SLOWEST_SEARCH_MS} ms at {large:,} (median of one connection)",
        searches,
        SLOWEST_SEARCH_MS,
        "{:.0f} ms",
    )
    _verdict(f"no list or detail page over {MOST_QUERIES} queries", queries, MOST_QUERIES, "{} queries")
    _verdict(f"{large:,} costs at most {GROWTH} × {small:,}", alike, GROWTH, "{:.2f}")
    for name in growth.keys() - alike.keys():
        print(
            f"not compared: {name}, whose answer is {longer[name]:.1f} × as long; cost {growth[name]:.2f} ×"
        )


def _verdict(target, values, limit, form):
    if not values:
        return
    over = {name: value for name, value in values.items() if value > limit}
    worst = max(values, key=values.get)
    print(f"{'holds' if not over else 'FAILS'}: {target}; worst: {worst}, {form.format(values[worst])}")
    for name, value in sorted(over.items(), key=lambda item: -item[1]):
        print(f"       {name}: {form.format(value)}")


def main():
    given = arguments()
    began = time.monotonic()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    sides = [Side(size, given) for size in given.sizes]
    print("making", " and ".join(f"{size:,}" for size in given.sizes), "matters …", flush=True)
    try:
        for side in sides:
            side.begin("made")
        made = [side.finish() for side in sides]
        print(f"made {made[0]:,} and {made[1]:,} in {time.monotonic() - began:.0f} s\n")
        print(f"{'':40}{'queries':>8}{'CPU ms':>9}{'bare':>7}{'ratio':>7}{'req/s':>9}{'bare':>8}{'ratio':>7}{'median ms':>11}{'cost ms':>9}{'kB':>8}{'growth':>8}")  # fmt: skip
        found = {}
        for name in sides[0].call("names"):
            if not any(word in name for word in given.only):
                continue
            try:
                found[name] = measure(name, sides, given.turns)
            except RuntimeError as fault:
                print(f"  {name}: not measured: {fault}", flush=True)
                continue
            small, large = found[name].values()
            print(f"  {name:29}{given.sizes[0]:>9,}{small.line()}")
            print(f"  {'':29}{given.sizes[1]:>9,}{large.line()}{large.cost / small.cost:8.2f}", flush=True)
        tell(*given.sizes, found)
    finally:
        for side in sides:
            side.stop()
    print(f"\n{time.monotonic() - began:.0f} s in all")


if __name__ == "__main__":
    main()
