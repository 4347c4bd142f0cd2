"""Other routers answer over the same texts, and what is not there is said."""

import numpy as np
import public_peers
import pytest
from public_peers import MissingPeer, answer, by_cosine

WORDS = ("rain", "sun", "wake", "clock")


class Counted:
    """Texts as counts of a few words."""

    def embed(self, texts) -> np.ndarray:
        rows = np.array([[text.split().count(word) for word in WORDS] for text in texts], np.float32)
        return rows / np.linalg.norm(rows, axis=1, keepdims=True)


WEATHER = {"id": "weather", "text": "rain", "examples": []}
ALARM = {"id": "alarm", "text": "clock", "examples": []}


def test_the_nearest_text_answers_and_examples_move_it() -> None:
    first, second = by_cosine(Counted(), [WEATHER, ALARM], ["rain rain sun", "wake clock"])
    assert (first["item"], second["item"]) == ("weather", "alarm")
    taught = {**ALARM, "examples": ["wake", "wake sun"]}
    (moved,) = by_cosine(Counted(), [WEATHER, taught], ["wake sun"])
    assert moved["item"] == "alarm"


def test_a_peer_that_is_not_installed_is_named_and_the_others_still_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    def missing(items, lines):
        raise MissingPeer("not installed")
        yield

    monkeypatch.setattr(public_peers, "MiniLm", Counted)
    monkeypatch.setattr(
        public_peers,
        "peers",
        lambda encoder: [
            ("cosine", "numpy", lambda *job: by_cosine(encoder, *job)),
            ("absent", "numpy", missing),
        ],
    )
    found = answer([[{"items": [WEATHER], "lines": ["rain"]}, {"items": [], "lines": ["sun"]}]])
    assert found["missing"] == [{"name": "absent", "reason": "not installed"}]
    assert [peer["name"] for peer in found["peers"]] == ["cosine"]
    assert found["peers"][0]["runs"] == [[{"item": "weather", "score": 1.0}, {"item": None, "score": -1.0}]]
