"""Which tokens of a row are trained: the answer with its stop token, and nothing else."""

import json

from .refused import Refused


def encode(row: dict, tokenizer, template: str | None) -> dict:
    """Input ids with a mask of what is trained. Refuses a row of which nothing, or no stop, would be."""
    prompt, whole = texts(row, tokenizer, template)
    where = f"{row['id']}, answer {row['round']}"
    if not whole.startswith(prompt):
        raise Refused(f"{where}: the template writes the prompt anew once there is an answer; its loss could not be masked")
    stop = tokenizer.eos_token
    answer = whole[len(prompt):]
    end = answer.rfind(stop) if stop else -1
    if end < 0:
        raise Refused(f"{where}: the template writes no {stop} after the answer; the model would never learn to stop")
    answer = answer[: end + len(stop)]
    prompt_ids = tokenizer(prompt, add_special_tokens=False)["input_ids"]
    answer_ids = tokenizer(answer, add_special_tokens=False)["input_ids"]
    if answer.replace(stop, "").strip() == "":
        raise Refused(f"{where}: the template leaves the answer out; nothing would be trained")
    if not answer_ids or answer_ids[-1] != tokenizer.eos_token_id:
        raise Refused(f"{where}: the last trained token is not the stop token")
    return {
        "input_ids": prompt_ids + answer_ids,
        "completion_mask": [0] * len(prompt_ids) + [1] * len(answer_ids),
        "report": {
            "id": row["id"],
            "round": row["round"],
            "prompt": len(prompt_ids),
            "trained": len(answer_ids),
            "first": tokenizer.decode(answer_ids[:1]),
            "last": tokenizer.decode(answer_ids[-1:]),
        },
    }


NOT_TRAINED = -100


def labels_of(made: dict) -> list[int]:
    """The tokens to predict; what is not trained is named as such."""
    return [token if on else NOT_TRAINED for token, on in zip(made["input_ids"], made["completion_mask"])]


def texts(row: dict, tokenizer, template: str | None) -> tuple[str, str]:
    messages = [plain(message) for message in row["messages"]]
    completion = plain(row["completion"])
    how = {"tools": row["tools"] or None, "tokenize": False}
    if template is not None:
        how["chat_template"] = template
    if row["kind"] == "continuation":
        begun = messages[-1]
        joined = {**begun, "content": begun["content"] + completion["content"]}
        prompt = tokenizer.apply_chat_template(messages, continue_final_message=True, **how)
        return prompt, tokenizer.apply_chat_template([*messages[:-1], joined], **how)
    prompt = tokenizer.apply_chat_template(messages, add_generation_prompt=True, **how)
    return prompt, tokenizer.apply_chat_template([*messages, completion], **how)


def plain(message: dict) -> dict:
    """Templates take arguments as objects; over the wire they are text."""
    told = {**message, "content": message.get("content") or ""}
    if message.get("tool_calls"):
        told["tool_calls"] = [
            {**call, "function": {**call["function"], "arguments": json.loads(call["function"]["arguments"])}}
            for call in message["tool_calls"]
        ]
    return told
