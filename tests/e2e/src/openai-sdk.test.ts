import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { createOpenAI } from "@ai-sdk/openai";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { temporaryDirectory } from "@lilux/testkit";
import { generateText, jsonSchema, stepCountIs, streamText, tool } from "ai";
import OpenAI from "openai";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { answerOf, decide } from "./examples/openai-sdk.ts";
import { type ScriptedAnswer, type ScriptedLlm, startScriptedLlm } from "./scripted-llm.ts";
import { MODES, type Running, startMode } from "./start-mode.ts";

const READING = `"""Counts the pumps of a site.

description: Counts the pumps of a site.
"""
import json

__effect__ = "read"
print(json.dumps({"pumps": 42}))
`;
const WRITING = READING.replace('"read"', '"write"').replaceAll("pumps", "valves");

const TOWN = {
  type: "object" as const,
  properties: { town: { type: "string" as const } },
  required: ["town"],
};
const WEATHER: ScriptedAnswer = [
  {
    tool_calls: [
      {
        index: 0,
        id: "call-0",
        type: "function",
        function: { name: "get_weather", arguments: '{"town":"Bonn"}' },
      },
    ],
  },
];
const runs = (item_id: string): ScriptedAnswer => [
  {
    tool_calls: [
      {
        index: 0,
        id: "call-0",
        type: "function",
        function: {
          name: "execute",
          arguments: JSON.stringify({ item_type: "script", item_id, action: "run" }),
        },
      },
    ],
  },
];
/** The calls that an answer says were made. */
function executed({ choices }: OpenAI.ChatCompletion): object {
  const message: object = choices[0]?.message ?? {};
  return { executed_tools: "executed_tools" in message ? message.executed_tools : undefined };
}
const says = (...pieces: string[]): ScriptedAnswer => pieces.map((content) => ({ content }));

// The SDKs as their users install them, before the product as its users start it.
describe.each(MODES)("%s: clients of OpenAI's API", (mode) => {
  let llm: ScriptedLlm;
  let running: Running;
  let project: Awaited<ReturnType<typeof temporaryDirectory>>;
  let openai: OpenAI;

  beforeAll(async () => {
    project = await temporaryDirectory();
    const scripts = join(project.path, ".ai", "scripts");
    await mkdir(scripts, { recursive: true });
    await writeFile(join(scripts, "count_pumps.py"), READING);
    await writeFile(join(scripts, "count_valves.py"), WRITING);
    llm = await startScriptedLlm([]);
    const env = { LILUX_LLM_URL: llm.url, LILUX_LLM_MODEL: "scripted" };
    running = await startMode(mode, { project: project.path, env });
    openai = new OpenAI({ baseURL: `${running.url}/v1`, apiKey: "none" });
  }, 90_000);
  afterAll(async () => {
    await running.stop();
    await llm.close();
    await project.remove();
  });

  const line = (content: string) => [{ role: "user" as const, content }];
  const forced = { tool_choice: "none" as const };

  test("openai: an answer, whole and streamed, from the model that is configured", async () => {
    llm.script([says("A mutex keeps ", "two from one.")]);
    const asked = { model: "lilux", messages: line("what is a mutex good for?"), ...forced };
    const whole = await openai.chat.completions.create(asked);
    expect(whole.choices[0]?.message.content).toBe("A mutex keeps two from one.");
    expect(await answerOf(`${running.url}/v1`, "what is a mutex good for?")).toContain("A mutex");
    expect(whole).toMatchObject({ lilux: { answered_by: "scripted" } });
    const stream = openai.chat.completions.stream(asked);
    expect(await stream.finalContent()).toBe("A mutex keeps two from one.");
    const names = (await openai.models.list()).data.map(({ id }) => id);
    expect(names).toEqual(expect.arrayContaining(["lilux", "lilux-router"]));
  });

  test("openai: a call that reads is made and told; one that writes waits for a yes, and runs once", async () => {
    llm.script([runs("count_pumps"), says("There are 42.")]);
    const read = await openai.chat.completions.create({
      model: "lilux",
      messages: line("good morning, how is everybody?"),
    });
    expect(read.choices[0]).toMatchObject({
      finish_reason: "stop",
      message: { content: "There are 42.", executed_tools: [{ name: "execute" }] },
    });
    expect(JSON.stringify(read)).toContain('\\"pumps\\":42');

    llm.script([runs("count_valves"), says("It waits for you.")]);
    const asked = line("good evening, how was your day?");
    const waits = await openai.chat.completions.create({ model: "lilux", messages: asked });
    const said = waits.choices[0]?.message.content ?? "";
    const [, yes = ""] = /(yes c_\S+)$/.exec(said) ?? [];
    expect(yes).not.toBe("");
    expect(JSON.stringify(waits)).not.toContain('\\"valves\\":42');
    llm.script([says("There are 42 valves.")]);
    const messages = [...asked, { role: "assistant" as const, content: said }, ...line(yes)];
    const ran = await openai.chat.completions.create({ model: "lilux", messages });
    expect(JSON.stringify(ran)).toContain('\\"valves\\":42');
    expect(ran.choices[0]?.message.content).toContain("There are 42 valves.");
    const again = await openai.chat.completions.create({ model: "lilux", messages });
    // Told again what came of it, to the millisecond: it did not run again.
    expect(again.choices[0]?.message).toMatchObject(executed(ran));
  });

  test("openai: a loop over a tool of the caller's", async () => {
    llm.script([WEATHER, says("It rains in Bonn.")]);
    const made: string[] = [];
    const runner = openai.chat.completions.runTools({
      model: "lilux",
      messages: line("take an umbrella?"),
      tools: [
        {
          type: "function",
          function: {
            name: "get_weather",
            description: "The weather of a town.",
            parameters: { ...TOWN, required: ["town"] },
            parse: (text: string) => JSON.parse(text) as { town: string },
            function: ({ town }: { town: string }) => {
              made.push(town);
              return "rain";
            },
          },
        },
      ],
    });
    expect(await runner.finalContent()).toBe("It rains in Bonn.");
    expect(made).toEqual(["Bonn"]);
  });

  test("openai: the router's own answer to a question over the library", async () => {
    expect(await decide(openai, "run count_pumps")).toMatchObject({
      choice: "execute(script count_pumps, run)",
    });
  });

  test("openai: errors have their classes", async () => {
    const asked = { model: "gpt-9", messages: line("hm") };
    await expect(openai.chat.completions.create(asked)).rejects.toBeInstanceOf(
      OpenAI.NotFoundError,
    );
    const two = { ...asked, model: "lilux", n: 2 };
    await expect(openai.chat.completions.create(two)).rejects.toBeInstanceOf(
      OpenAI.BadRequestError,
    );
  });

  describe.each([
    [
      "@ai-sdk/openai-compatible",
      "did you all sleep well?",
      () =>
        createOpenAICompatible({ name: "lilux", baseURL: `${running.url}/v1`, includeUsage: true })(
          "lilux",
        ),
    ],
    [
      "@ai-sdk/openai",
      "such lovely weather out there today",
      () => createOpenAI({ baseURL: `${running.url}/v1`, apiKey: "none" }).chat("lilux"),
    ],
  ] as const)("%s", (_, greeting, model) => {
    test("text, whole and streamed", async () => {
      llm.script([says("A mutex keeps ", "two from one.")]);
      const prompt = "what is a mutex good for?";
      const whole = await generateText({ model: model(), prompt, toolChoice: "none" });
      expect(whole.text).toContain("two from one.");
      expect(whole.finishReason).toBe("stop");
      const { textStream } = streamText({ model: model(), prompt, toolChoice: "none" });
      const pieces: string[] = [];
      for await (const piece of textStream) pieces.push(piece);
      expect(pieces.join("")).toContain("two from one.");
    });

    test("a loop over a tool of the caller's", async () => {
      llm.script([WEATHER, says("It rains in Bonn.")]);
      const made: unknown[] = [];
      const get_weather = tool({
        description: "The weather of a town.",
        inputSchema: jsonSchema<{ town: string }>(TOWN),
        execute: async (given) => {
          made.push(given);
          return "rain";
        },
      });
      const { text } = await generateText({
        model: model(),
        prompt: "take an umbrella?",
        tools: { get_weather },
        stopWhen: stepCountIs(3),
      });
      expect(text).toBe("It rains in Bonn.");
      expect(made).toEqual([{ town: "Bonn" }]);
    });

    test("a call of Lilux's own is no call for the client", async () => {
      llm.script([runs("count_pumps"), says("There are 42.")]);
      // Not one that came before: what was said and run is learnt, and runs at once.
      const prompt = greeting;
      const { text, toolCalls } = await generateText({ model: model(), prompt });
      expect(text).toContain("There are 42.");
      expect(toolCalls).toEqual([]);
    });
  });
});
