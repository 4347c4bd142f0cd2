"""The quickstarts of openai-python, unmodified, against a running Lilux: LILUX_URL says where."""

import json
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
    names = [model.id for model in client.models.list()]
    assert "lilux" in names and "main" in names, names
    assert client.models.retrieve("lilux").id == "lilux"
    by_pool = client.chat.completions.create(model="main", messages=line)
    assert by_pool.model_extra["lilux"]["answered_by"] == "scripted", by_pool


def tools_of_the_caller() -> None:
    town = {"type": "object", "properties": {"town": {"type": "string"}}, "required": ["town"]}
    weather = {"name": "get_weather", "description": "The weather of a town.", "parameters": town}
    asked = {"model": "lilux", "tools": [{"type": "function", "function": weather}]}
    messages = [{"role": "user", "content": "take an umbrella?"}]
    called = client.chat.completions.create(messages=messages, **asked)
    choice = called.choices[0]
    assert choice.finish_reason == "tool_calls", called
    [call] = choice.message.tool_calls
    assert json.loads(call.function.arguments) == {"town": "Bonn"}, call
    # Ours of the same round ran, is told, and is no call for the client.
    [ours] = choice.message.model_extra["executed_tools"]
    assert ours["name"] == "search", ours
    messages += [choice.message.model_dump(), {"role": "tool", "tool_call_id": call.id, "content": "rain"}]
    answer = client.chat.completions.create(messages=messages, **asked)
    assert answer.choices[0].message.content == "Take one along.", answer


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


for step in (whole, streamed, models, tools_of_the_caller, decision, errors):
    step()
    print(f"  {step.__name__}: ok")
print(f"openai-python {openai.__version__}: all passed", file=sys.stderr)
