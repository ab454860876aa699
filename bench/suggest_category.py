"""How well the category is suggested: macro and weighted F1, top-3 accuracy, with a fixed split.

    python bench/suggest_category.py

Made texts: the demo's generator, labelled by the category of the pattern. Two splits: by matter (the words of every
pattern are known), and by pattern (patterns of the test were never seen in training: the honest one).
Real texts: the labelled third of `$SHARED_DATA/matters.xlsx` (default ../shared/data; skipped if absent).
Yardsticks in the same run: always the most frequent label, and the label of the nearest five texts (cosine).
"""

import os
import random
import resource
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "bench"))
sys.path.insert(0, str(ROOT))
from duplicates import Teller  # noqa: E402

from petitions.suggestion import text_of, train  # noqa: E402


def made_rows(size, seed):
    """[(title, content, label, pattern)]"""
    teller, rows = Teller(seed), []
    codes = sorted({pattern.category for pattern in teller.patterns})
    for _one in range(size):
        event = teller.event()
        told = teller.tell(event)
        rows.append((told.title, told.content, codes.index(event[0].category), event[0].title))
    return rows


def real_rows():
    path = Path(os.environ.get("SHARED_DATA", ROOT.parent / "shared" / "data")) / "matters.xlsx"
    if not path.exists():
        return None
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(path)).get_sheet_by_index(0).to_python()[3:]
    names = sorted({str(row[9]) for row in rows if row[9]})
    return [
        (str(row[7]), str(row[8]), names.index(str(row[9])), number)
        for number, row in enumerate(rows)
        if row[9]
    ]


def split(rows, *, by):
    """Three quarters to learn from, one to be asked about; whatever shares `by` stays on one side."""
    groups = sorted({by(row) for row in rows}, key=str)
    random.Random(20221028).shuffle(groups)
    asked = set(groups[: len(groups) // 4])
    return [row for row in rows if by(row) not in asked], [row for row in rows if by(row) in asked]


def rate(name, learnt, asked):
    from sklearn.dummy import DummyClassifier
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.metrics import f1_score
    from sklearn.neighbors import KNeighborsClassifier

    known = {row[2] for row in learnt}
    asked = [row for row in asked if row[2] in known]
    truth = [row[2] for row in asked]

    def tell(method, guessed, top3, seconds):
        macro, weighted = (
            f1_score(truth, guessed, average=kind, zero_division=0) for kind in ("macro", "weighted")
        )
        three = f"{top3:.3f}" if top3 is not None else "  –  "
        print(
            f"{name:<28} {method:<10} macro F1 {macro:.3f}  weighted F1 {weighted:.3f}  top-3 {three}  {seconds:.1f} s"
        )

    started = time.monotonic()
    suggester = train([row[:3] for row in learnt])
    took = time.monotonic() - started
    started = time.perf_counter()
    guesses = [[guess.label for guess in suggester.guess(row[0], row[1])] or [-1] for row in asked]
    each = (time.perf_counter() - started) / len(asked) * 1000
    tell(
        "suggestion",
        [g[0] for g in guesses],
        sum(t in g for t, g in zip(truth, guesses, strict=True)) / len(truth),
        took,
    )
    print(
        f"{'':<28} {len(learnt)} learnt, {len(asked)} asked, {len(suggester.labels)} labels; kept in "
        f"{len(suggester.dump()) / 2**20:.1f} MB; {each:.1f} ms a text; peak {_peak():.0f} MB"
    )
    words = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, max_features=20_000)
    vectors = words.fit_transform([text_of(row[0], row[1]) for row in learnt])
    questions = words.transform([text_of(row[0], row[1]) for row in asked])
    labels = [row[2] for row in learnt]
    for method, machine in (
        ("nearest 5", KNeighborsClassifier(5, metric="cosine", weights="distance")),
        ("majority", DummyClassifier()),
    ):
        started = time.monotonic()
        machine.fit(vectors, labels)
        tell(method, machine.predict(questions), None, time.monotonic() - started)


def _peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main():
    made = made_rows(8000, "suggest")
    rate("made, split by matter", *split(list(enumerate_rows(made)), by=lambda row: row[3]))
    rate("made, split by pattern", *split(made, by=lambda row: row[3]))
    real = real_rows()
    if real is None:
        print("real texts: skipped, no matters.xlsx under SHARED_DATA")
    else:
        rate("real texts", *split(real, by=lambda row: row[3]))


def enumerate_rows(rows):
    for number, row in enumerate(rows):
        yield (*row[:3], number)


if __name__ == "__main__":
    main()
