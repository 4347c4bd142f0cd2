import { createParser, DEFAULT_THRESHOLDS, LiluxError } from "@lilux/protocol";
import { Type } from "typebox";
import { afterEach, describe, expect, test } from "vitest";
import { candidate, prediction, SEARCH, SEARCH_RESULT } from "../../testing/samples.ts";
import type { LanguageModel, ModelEvent, ModelRequest } from "../language-model.ts";
import { PRIMITIVE_TOOLS } from "../tool-definitions.ts";

export interface ModelForm {
  model: LanguageModel;
  close(): Promise<void>;
}

const Answer = Type.Object({ answer: Type.Enum(["A", "B", "C", "D"]) });

const router = {
  text: "find email scripts",
  prediction: prediction(candidate(SEARCH, 0.9)),
  leader: candidate(SEARCH, 0.9),
  thresholds: DEFAULT_THRESHOLDS,
};
const asked: ModelRequest = {
  messages: [
    { role: "system", content: "You help." },
    { role: "user", content: "find email scripts" },
  ],
  tools: PRIMITIVE_TOOLS,
  router,
};
const answered: ModelRequest = {
  messages: [
    ...asked.messages,
    {
      role: "assistant",
      content: "",
      toolCalls: [{ id: "c", name: "search", arguments: JSON.stringify(SEARCH.arguments) }],
    },
    {
      role: "tool",
      toolCallId: "c",
      content: JSON.stringify(SEARCH_RESULT),
      outcome: { call: SEARCH, ok: true, result: SEARCH_RESULT },
    },
  ],
  tools: [],
  router,
};

/** What every language model guarantees. Behind a network form stands a server that knows both requests. */
export function describeLanguageModelContract(
  form: string,
  connect: () => Promise<ModelForm>,
): void {
  const open: ModelForm[] = [];
  afterEach(async () => {
    for (const each of open.splice(0)) await each.close();
  });
  const create = async (): Promise<LanguageModel> => {
    const connected = await connect();
    open.push(connected);
    return connected.model;
  };
  describe(`LanguageModel, ${form}`, () => describeModel(create));
}

function describeModel(create: () => Promise<LanguageModel>): void {
  test("calls it proposes are of the tools it was offered, with whole JSON arguments", async () => {
    const model = await create();
    const events = await collect(model.stream(asked, idle()));
    const calls = events.flatMap((event) => (event.type === "tool-call" ? [event.call] : []));
    expect(calls.length).toBeGreaterThan(0);
    for (const call of calls) {
      expect(asked.tools.map((tool) => tool.name)).toContain(call.name);
      expect(typeof JSON.parse(call.arguments)).toBe("object");
      expect(call.id).not.toBe("");
    }
  });

  test("without tools it answers in words and proposes nothing", async () => {
    const model = await create();
    const events = await collect(model.stream(answered, idle()));
    expect(textOf(events)).not.toBe("");
    expect(events.some((event) => event.type === "tool-call")).toBe(false);
  });

  test("requests side by side do not mix", async () => {
    const model = await create();
    const [one, two] = await Promise.all([
      collect(model.stream(answered, idle())),
      collect(model.stream(asked, idle())),
    ]);
    expect(textOf(one)).not.toBe("");
    expect(two.some((event) => event.type === "tool-call")).toBe(true);
  });

  test("a structured answer fits its schema", async () => {
    const model = await create();
    const request = { ...asked, name: "verify_call", schema: Answer, tokensMax: 64 };
    const value = await model.structured(request, idle());
    expect(createParser(Answer, "answer").is(value)).toBe(true);
  });

  test("an ended signal ends every request with its own error", async () => {
    const model = await create();
    const signal = AbortSignal.abort(new LiluxError("cancelled"));
    const request = { ...asked, name: "verify_call", schema: Answer, tokensMax: 64 };
    await expect(collect(model.stream(asked, signal))).rejects.toMatchObject({ code: "cancelled" });
    await expect(model.structured(request, signal)).rejects.toMatchObject({ code: "cancelled" });
  });

  test("an abort between two pieces ends the stream with the signal's error", async () => {
    const model = await create();
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _ of model.stream(answered, controller.signal)) {
        controller.abort(new LiluxError("interrupted"));
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: "interrupted" });
  });
}

function idle(): AbortSignal {
  return new AbortController().signal;
}

function textOf(events: readonly ModelEvent[]): string {
  return events.map((event) => (event.type === "text" ? event.text : "")).join("");
}

async function collect(events: AsyncIterable<ModelEvent>): Promise<ModelEvent[]> {
  const seen: ModelEvent[] = [];
  for await (const event of events) seen.push(event);
  return seen;
}
