"""Variations of examples by any OpenAI-compatible server: another wording of the line, its own words for the answer.

What the router said, what was called and what came of it stay as they really were. A variation is kept when the
values of its calls still stand in its line and `lilux examples check` finds nothing in it; the others are counted.
"""

import json
import os
import re
import subprocess
import urllib.error
import urllib.request
from pathlib import Path

from .refused import Refused

SECONDS_MAX = 120
ROUNDS_MAX = 5
ASKED = (
    "Below is one line that a person typed and the answer an assistant gave. Write both anew: the line as another person "
    "would type it, meaning the same, and the answer in other words, saying the same and nothing more. Keep every id, "
    "number, date, name and file exactly as it is written. Answer with one JSON object {\"text\": line, \"response\": answer}."
)


def augment(files: list[Path], settings: dict, command: list[str], out: Path) -> dict:
    examples = [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    asked = [each for each in examples if can_vary(each)]
    drafts = drafts_of(asked, settings, out.with_suffix(".asked.jsonl"))
    kept = [draft for draft in drafts if keeps_values(draft)]
    lost = len(drafts) - len(kept)
    kept, refused = checked(kept, files, command, out)
    return {"asked": len(asked), "written": len(drafts), "lost values": lost, "refused": refused, "kept": len(kept)}


def can_vary(example: dict) -> bool:
    """A line that was sent; what was chosen from a list or interrupted hangs on the very characters."""
    interrupted = any(step.get("cut") for step in example["steps"])
    return example["turn"]["kind"] == "submit" and "chosen" not in example["turn"] and example["arrives"] is None and not interrupted


def drafts_of(examples: list[dict], settings: dict, done_file: Path) -> list[dict]:
    """What was asked for already is not asked for again: a run that was killed goes on."""
    done = {}
    if done_file.exists():
        done = {draft["id"]: draft for draft in map(json.loads, done_file.read_text(encoding="utf-8").splitlines())}
    done_file.parent.mkdir(parents=True, exist_ok=True)
    with done_file.open("a", encoding="utf-8") as file:
        for example in examples:
            for number in range(1, settings["augment_per_example"] + 1):
                name = f"{example['id'][:72]}-v{number}"
                if name in done:
                    continue
                varied = variation(example, settings, number)
                if varied is None:
                    continue
                done[name] = {
                    **example, "was": example["turn"]["text"], "id": name, "parents": [example["id"]], "author": settings["augment_model"],
                    "turn": {**example["turn"], "text": varied["text"]}, "response": varied["response"],
                }
                file.write(json.dumps(done[name], ensure_ascii=False) + "\n")
                file.flush()
    return list(done.values())


def variation(example: dict, settings: dict, number: int) -> dict | None:
    """None where the server wrote no such object."""
    told = json.dumps({"text": example["turn"]["text"], "response": example["response"]}, ensure_ascii=False)
    body = {
        "model": settings["augment_model"], "temperature": 0.8, "seed": settings["seed"] + number, "max_tokens": 1_024,
        "messages": [{"role": "system", "content": ASKED}, {"role": "user", "content": told}],
    }
    written = re.search(r"\{.*\}", ask(settings, body), re.S)
    try:
        varied = json.loads(written[0]) if written else None
    except json.JSONDecodeError:
        return None
    fits = isinstance(varied, dict) and all(isinstance(varied.get(name), str) and varied[name].strip() for name in ("text", "response"))
    return varied if fits else None


def ask(settings: dict, body: dict) -> str:
    address = settings["augment_url"].rstrip("/").removesuffix("/v1") + "/v1/chat/completions"
    headers = {"content-type": "application/json"}
    variable = settings["augment_key_variable"]
    if variable:
        if not os.environ.get(variable):
            raise Refused(f"augment_key_variable: {variable} holds no key.")
        headers["authorization"] = f"Bearer {os.environ[variable]}"
    request = urllib.request.Request(address, json.dumps(body).encode(), headers)
    try:
        with urllib.request.urlopen(request, timeout=SECONDS_MAX) as answer:
            return str(json.load(answer)["choices"][0]["message"]["content"] or "")
    except (urllib.error.URLError, TimeoutError, KeyError, IndexError, json.JSONDecodeError) as error:
        raise Refused(f"augment_url: {address} gave no answer ({error}). What was written so far is kept; run the step again.") from error


def keeps_values(draft: dict) -> bool:
    """Numbers and dates that were run with stand in the new line too."""
    new = draft["turn"]["text"]
    values = {str(value) for step in draft["steps"] for made in step["calls"] for value in leaves(made["call"]["arguments"].get("parameters", {}))}
    return all(value in new for value in values if re.search(r"\d", value) and value in draft["was"])


def leaves(value: object) -> list:
    if isinstance(value, dict):
        return [leaf for each in value.values() for leaf in leaves(each)]
    if isinstance(value, list):
        return [leaf for each in value for leaf in leaves(each)]
    return [] if value is None or isinstance(value, bool) else [value]


def checked(drafts: list[dict], files: list[Path], command: list[str], out: Path) -> tuple[list[dict], int]:
    """Only what `lilux examples check` finds nothing in, beside the examples that they were made of."""
    kept = [{name: value for name, value in draft.items() if name != "was"} for draft in drafts]
    for _ in range(ROUNDS_MAX):
        out.write_text("".join(json.dumps(draft, ensure_ascii=False) + "\n" for draft in kept), encoding="utf-8")
        if not kept:
            break
        bad = found_in([*map(str, files), str(out)], command)
        fine = [draft for draft in kept if draft["id"] not in bad]
        if len(fine) == len(kept):
            break
        kept = fine
    else:
        raise Refused("augment: the examples themselves break a rule; see `lilux examples check`.")
    return kept, len(drafts) - len(kept)


def found_in(files: list[str], command: list[str]) -> set[str]:
    ran = subprocess.run([*command, "examples", "check", *files, "--json"], check=False, capture_output=True, text=True)
    try:
        return {finding["id"] for finding in json.loads(ran.stdout)}
    except (json.JSONDecodeError, TypeError, KeyError) as error:
        raise Refused(f"lilux examples check failed: {ran.stderr or ran.stdout}") from error
