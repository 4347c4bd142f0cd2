import type { ServerFrame } from "@lilux/protocol";
import { expect, test } from "vitest";
import { createEventStream } from "./event-stream.ts";

const delta = (text: string): ServerFrame => ({
  type: "text-delta",
  turnId: "t",
  offset: 1,
  text,
});
const end: ServerFrame = { type: "turn-end", turnId: "t", offset: 2, outcome: "completed" };

async function all(texts: AsyncIterable<string>): Promise<string[]> {
  const read: string[] = [];
  for await (const text of texts) read.push(text);
  return read;
}

test("a reader that keeps up gets every frame, and the turn's end last", async () => {
  const stream = createEventStream(1_000);
  const reading = all(stream.read());
  stream.push(delta("a"));
  stream.push(end);
  stream.push(delta("after the end"));
  const texts = await reading;
  expect(texts.map((text) => /event: (.*)/.exec(text)?.[1])).toEqual(["text-delta", "turn-end"]);
  expect(texts[0]).toBe(`id: 1\nevent: text-delta\ndata: ${JSON.stringify(delta("a"))}\n\n`);
});

test("a reader that leaves too much unread gets what fits, is told so, and is let go", async () => {
  const stream = createEventStream(300);
  stream.push(delta("a"));
  stream.push(delta("b".repeat(300)));
  stream.push(delta("c"));
  const texts = await all(stream.read());
  expect(texts).toHaveLength(2);
  expect(texts[1]).toContain('"code":"slow_reader"');
});

test("the turn's end is told even where there is no room for it", async () => {
  const stream = createEventStream(120);
  stream.push(delta("a"));
  stream.push(end);
  expect((await all(stream.read())).at(-1)).toContain("event: turn-end");
});
