"""What rows share is computed once, and they learn as if each stood alone."""

import torch
from lilux_orchestrator.shared_prefix import ALIKE, collate, packs_of, shared_length, trained_states
from lilux_orchestrator.tokens import NOT_TRAINED
from transformers import LlamaConfig, LlamaForCausalLM


def model():
    torch.manual_seed(1)
    config = LlamaConfig(
        vocab_size=64, hidden_size=32, intermediate_size=48, num_hidden_layers=2, num_attention_heads=4,
        num_key_value_heads=2, max_position_embeddings=2_048,
    )
    return LlamaForCausalLM(config)


def row(begins, prompt, answer):
    return {"input_ids": [*begins, *prompt, *answer], "labels": [NOT_TRAINED] * (len(begins) + len(prompt)) + answer}


BEGINS = [(at * 7) % 64 for at in range(ALIKE + 20)]
ROWS = [row(BEGINS, [1, 2, 3], [9, 8]), row(BEGINS, [1, 5], [7, 7, 7, 2]), row(BEGINS, [4], [3])]


def loss_of(one, rows):
    (pack,) = packs_of(rows, size=8, tokens_max=10_000, seed=1)
    logits, wanted = trained_states(one, **collate([pack]))
    return torch.nn.functional.cross_entropy(logits, wanted, reduction="sum")


def gradients(one):
    found = {name: value.grad.clone() for name, value in one.named_parameters()}
    one.zero_grad()
    return found


def test_loss_and_gradients_of_a_pack_are_those_of_its_rows_one_by_one():
    one = model()
    alone = 0.0
    for each in ROWS:
        ids, labels = torch.tensor([each["input_ids"]]), torch.tensor([each["labels"]])
        logits = one(input_ids=ids).logits[:, :-1]
        loss = torch.nn.functional.cross_entropy(logits.flatten(0, 1), labels[:, 1:].flatten(), reduction="sum")
        loss.backward()
        alone += loss.item()
    wanted = gradients(one)
    together = loss_of(one, ROWS)
    together.backward()
    assert abs(together.item() - alone) < 1e-4
    for name, value in gradients(one).items():
        torch.testing.assert_close(value, wanted[name], atol=1e-5, rtol=1e-3, msg=name)


def test_a_row_of_a_pack_does_not_see_another():
    one = model()
    (pack,) = packs_of(ROWS, size=8, tokens_max=10_000, seed=1)
    other = {**pack, "ids": [[*ids[:-1], 60] if at else ids for at, ids in enumerate(pack["ids"])]}
    with torch.no_grad():
        first, others = (trained_states(one, **collate([each]))[0] for each in (pack, other))
    own = sum(token != NOT_TRAINED for token in pack["labels"][0])
    torch.testing.assert_close(first[:own], others[:own])


def test_what_is_shared_ends_before_the_first_trained_token_can_be_foreseen():
    same = [row(BEGINS, [1], [2, 3]), row(BEGINS, [1], [2, 4])]
    length = shared_length([one["input_ids"] for one in same], [one["labels"] for one in same])
    assert length == len(BEGINS), "the last token of the prompt foretells the answer, so it belongs to each row"


def test_every_row_is_in_one_pack_none_larger_than_asked_and_none_of_two_beginnings():
    other = [row([5, *BEGINS[1:]], [at % 60] * (at + 1), [2]) for at in range(10)]
    mine = [row(BEGINS, [at % 60] * (at + 1), [1]) for at in range(30)]
    packs = packs_of(other + mine, size=4, tokens_max=10_000, seed=2)
    assert sorted(map(str, (ids for pack in packs for ids in pack["ids"]))) == sorted(str(one["input_ids"]) for one in other + mine)
    assert max(len(pack["ids"]) for pack in packs) == 4
    assert all(len({ids[0] for ids in pack["ids"]}) == 1 for pack in packs)
    assert packs_of(other + mine, size=4, tokens_max=10_000, seed=2) == packs
    narrow = packs_of(mine, size=4, tokens_max=80, seed=2)
    assert all(len(pack["ids"]) == 1 or max(map(len, pack["ids"])) - ALIKE <= 80 / len(pack["ids"]) for pack in narrow)
    assert len(narrow) > len(packs_of(mine, size=4, tokens_max=10_000, seed=2))
