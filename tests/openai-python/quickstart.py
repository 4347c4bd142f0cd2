"""The quickstarts of openai-python, unmodified, against a running Lilux: LILUX_URL says where."""

import os
import sys

import openai

client = openai.OpenAI(base_url=f"{os.environ['LILUX_URL']}/v1", api_key="none")
line = [{"role": "user", "content": "find email scripts"}]


def whole() -> None:
    answer = client.chat.completions.create(model="lilux", messages=line)
    assert answer.choices[0].finish_reason == "stop", answer
    assert answer.choices[0].message.content, answer
    assert answer._request_id and answer.id.endswith(answer._request_id), answer


def streamed() -> None:
    stream = client.chat.completions.create(
        model="lilux", messages=line, stream=True, stream_options={"include_usage": True}
    )
    chunks = list(stream)
    assert "".join(c.choices[0].delta.content or "" for c in chunks if c.choices), chunks
    assert chunks[-1].choices == [], chunks[-1]


def models() -> None:
    assert "lilux" in [model.id for model in client.models.list()]
    assert client.models.retrieve("lilux").id == "lilux"


def decision() -> None:
    if not hasattr(client, "decisions"):
        print("  decisions: NOT RUN, this version of the package has none")
        return
    question = {"type": "choice", "name": "call", "instructions": "", "choices": []}
    decided = client.decisions.create(
        model="lilux-router", input="find email scripts", questions=[question]
    )
    assert decided.answers[0].type == "choice", decided


def errors() -> None:
    for kind, field, wrong in [
        (openai.NotFoundError, "model", {"model": "gpt-9"}),
        (openai.BadRequestError, "n", {"n": 2}),
        (openai.BadRequestError, "messages", {"messages": []}),
    ]:
        try:
            client.chat.completions.create(**{"model": "lilux", "messages": line, **wrong})
        except kind as error:
            assert error.param == field, error
        else:
            raise AssertionError(f"{wrong} was taken")


for step in (whole, streamed, models, decision, errors):
    step()
    print(f"  {step.__name__}: ok")
print(f"openai-python {openai.__version__}: all passed", file=sys.stderr)
