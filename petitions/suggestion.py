"""Which category a text belongs to, without Django: trained on what staff have filed, asked while one types.

Training is scikit-learn's (TF-IDF of one to three neighbouring characters, one linear machine for each category), in a
job. What comes out is three arrays and two lists of plain values; they are kept as numbers (npz without pickle), so
that reading them back can run nobody's code, and a web process that answers needs numpy alone.

How sure it is: the distances of the linear machine are turned into shares by one temperature, measured on rows that it
was not trained on, so that of the answers given "80 %" about eight in ten are right.
"""

import io
import json
import zlib
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from math import log

FEWEST_ROWS = 200
"""With fewer labelled matters nothing is suggested: it would be guessing."""
FEWEST_OF_A_CATEGORY = 4
"""A category seen less often is not learnt, and never suggested."""
MOST_TERMS = 24_000
MOST_ROWS = 5_000
"""So many teach, the newest of every category in equal parts: more of the same teach little and take long."""
FULL = 2_000
"""Up to here what was held back is learnt in a second round; with more it is not missed."""
READ = 500
"""Characters of a content that are read."""
COST = 1.0
HELD_BACK = 5
"""Every fifth row is kept from training, to measure on."""
TEMPERATURES = (0.04, 0.06, 0.09, 0.13, 0.2, 0.3, 0.45, 0.7, 1.0)
LIKELY, POSSIBLE = 0.75, 0.4
WORDS = ((LIKELY, "很可能是"), (POSSIBLE, "可能是"), (0.0, "也许是"))


class TooFewRowsError(Exception):
    """There is not enough to learn from. `have` rows, `need` rows."""

    def __init__(self, have, need=FEWEST_ROWS):
        self.have, self.need = have, need
        super().__init__(f"{have} of {need}")


@dataclass(frozen=True, slots=True)
class Guess:
    """A label with its share from 0 to 1, and that share in words."""

    label: int
    share: float

    @property
    def percent(self):
        """Never a hundred: it has been wrong before."""
        return min(round(self.share * 100), 99)

    @property
    def words(self):
        return next(words for least, words in WORDS if self.share >= least)


def text_of(title, content):
    """The title says what it is about: it counts twice."""
    return f"{title} {title} {content[:READ]}".lower()


@dataclass(frozen=True)
class Suggester:
    """What was learnt. `weights` is (terms × labels), `rarity` one number for each term."""

    terms: tuple
    labels: tuple
    rarity: object
    weights: object
    offsets: object
    temperature: float
    rows: int
    score: dict

    @cached_property
    def position(self):
        return {term: index for index, term in enumerate(self.terms)}

    def guess(self, title, content, *, most=3):
        """The likeliest labels, likeliest first: a list of Guess; empty where nothing known was said."""
        import numpy as np

        text = text_of(title, content)
        counted = Counter(
            self.position[term]
            for size in (1, 2, 3)
            for at in range(len(text) - size + 1)
            if (term := text[at : at + size]) in self.position
        )
        if not counted:
            return []
        rows = np.fromiter(counted, dtype=np.int64)
        values = (1 + np.log(np.fromiter(counted.values(), dtype=np.float64))) * self.rarity[rows]
        values /= np.linalg.norm(values) or 1
        distances = values @ self.weights[rows].astype(np.float64) + self.offsets
        shares = _shares(distances[None, :], self.temperature)[0]
        best = np.argsort(-shares, kind="stable")[:most]
        return [Guess(self.labels[i], float(shares[i])) for i in best]

    def dump(self):
        """As bytes."""
        import numpy as np

        out = io.BytesIO()
        about = {
            "labels": list(self.labels),
            "temperature": self.temperature,
            "rows": self.rows,
            "score": self.score,
        }
        np.savez_compressed(
            out,
            terms=np.frombuffer(zlib.compress("\x00".join(self.terms).encode()), dtype=np.uint8),
            about=np.frombuffer(json.dumps(about).encode(), dtype=np.uint8),
            rarity=self.rarity.astype(np.float32),
            weights=self.weights.astype(np.float16),
            offsets=self.offsets.astype(np.float32),
        )
        return out.getvalue()

    @classmethod
    def load(cls, data):
        import numpy as np

        with np.load(io.BytesIO(data), allow_pickle=False) as kept:
            about = json.loads(kept["about"].tobytes())
            return cls(
                terms=tuple(zlib.decompress(kept["terms"].tobytes()).decode().split("\x00")),
                labels=tuple(about["labels"]),
                rarity=kept["rarity"],
                weights=kept["weights"],
                offsets=kept["offsets"],
                temperature=about["temperature"],
                rows=about["rows"],
                score=about["score"],
            )


def _shares(distances, temperature):
    import numpy as np

    scaled = np.exp((distances - distances.max(axis=1, keepdims=True)) / temperature)
    return scaled / scaled.sum(axis=1, keepdims=True)


def train(rows: Sequence, *, fewest=FEWEST_ROWS, progress=lambda done, total: None):
    """Learn from (title, content, label), a list in the order of time. Returns a Suggester.

    Raises TooFewRowsError.
    """
    rows = _sample(rows)
    if len(rows) < fewest or len({row[2] for row in rows}) < 2:
        raise TooFewRowsError(len(rows), fewest)
    texts = [text_of(title, content) for title, content, _label in rows]
    labels = [label for _title, _content, label in rows]
    kept = [i for i in range(len(rows)) if i % HELD_BACK]
    tested = [i for i in range(len(rows)) if not i % HELD_BACK]
    progress(0, 2)
    terms, rarity, weights, offsets, known = _fit([texts[i] for i in kept], [labels[i] for i in kept])
    first = Suggester(terms, known, rarity, weights, offsets, 1.0, len(kept), {})
    temperature, score = _measure(first, [rows[i] for i in tested])
    progress(1, 2)
    if len(rows) <= FULL:
        terms, rarity, weights, offsets, known = _fit(texts, labels)
    progress(2, 2)
    return Suggester(terms, known, rarity, weights, offsets, temperature, len(rows), score)


def _sample(rows):
    """The newest of every category, in the order of time."""
    counted = Counter(row[2] for row in rows)
    learnt = {label for label, count in counted.items() if count >= FEWEST_OF_A_CATEGORY}
    most = max(FEWEST_OF_A_CATEGORY, MOST_ROWS // max(len(learnt), 1))
    taken, kept = Counter(), []
    for row in reversed(rows):
        if row[2] in learnt and taken[row[2]] < most:
            taken[row[2]] += 1
            kept.append(row)
    return kept[::-1]


def _fit(texts, labels):
    import numpy as np
    from sklearn.feature_extraction.text import TfidfVectorizer
    from sklearn.svm import LinearSVC

    words = TfidfVectorizer(
        analyzer="char", ngram_range=(1, 3), min_df=2, sublinear_tf=True, max_features=MOST_TERMS
    )
    vectors = words.fit_transform(texts)
    machine = LinearSVC(C=COST, random_state=1, tol=1e-2).fit(vectors, labels)
    weights, offsets = machine.coef_.T, machine.intercept_
    if len(machine.classes_) == 2:
        # Two labels share one machine: its other side is the first of them.
        weights, offsets = np.hstack([-weights, weights]), np.hstack([-offsets, offsets])
    terms = tuple(words.get_feature_names_out())
    return terms, words.idf_, weights, offsets, tuple(int(label) for label in machine.classes_)


def _measure(suggester, rows):
    """(temperature, {"top1", "top3"}): the temperature under which the held back labels were likeliest."""
    import numpy as np

    where = {label: i for i, label in enumerate(suggester.labels)}
    guessed = []
    for title, content, label in rows:
        if label in where:
            shares = suggester.guess(title, content, most=len(suggester.labels))
            if shares:
                by_label = {guess.label: log(max(guess.share, 1e-300)) for guess in shares}
                guessed.append(([by_label[known] for known in suggester.labels], where[label]))
    distances = np.array([one[0] for one in guessed])
    right = np.array([one[1] for one in guessed])
    at = np.arange(len(right))
    losses = {t: -np.log(_shares(distances, t)[at, right] + 1e-9).mean() for t in TEMPERATURES}
    order = np.argsort(-distances, axis=1, kind="stable")
    top1 = float((order[:, 0] == right).mean())
    top3 = float((order[:, :3] == right[:, None]).any(axis=1).mean())
    return min(losses, key=losses.get), {"top1": round(top1, 4), "top3": round(top3, 4)}
