import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CLIENT_FRAMES, createParser, ServerFrame } from "@lilux/protocol";
import { expect, test } from "vitest";
import type { Recording } from "./recording.ts";
import { replay } from "./replay.ts";
import { SCENARIOS } from "./scenarios.ts";

const SESSIONS = join(import.meta.dirname, "..", "sessions");
const recordings = readdirSync(SESSIONS).map(
  (name): Recording => JSON.parse(readFileSync(join(SESSIONS, name), "utf8")) as Recording,
);

test("every scenario is recorded, and every recording has its scenario", () => {
  const named = (all: readonly { name: string }[]): string[] => all.map(({ name }) => name).sort();
  expect(named(recordings), "run `npm run record:sessions`").toEqual(named(SCENARIOS));
});

test.each(recordings)("$name: every frame is one of today's protocol", ({ steps }) => {
  const server = createParser(ServerFrame, "frame");
  for (const step of steps) {
    if ("server" in step) server.parse(step.server);
    if ("lost" in step) server.parse(step.lost);
    if (!("client" in step)) continue;
    const schema = Object.entries(CLIENT_FRAMES).find(
      ([type]) => type === step.client["type"],
    )?.[1];
    if (schema === undefined) throw new Error(`no frame ${String(step.client["type"])}`);
    createParser(schema, "frame").parse(step.client);
  }
});

/** Per session, what is handed out is every event once, in order. */
function isWhole(offsets: readonly number[]): boolean {
  return offsets.every((offset, index) => offset === 1 || offset === (offsets[index - 1] ?? 0) + 1);
}

// Mutants: `replies.again()` left out (a-yes-on-a-lost-connection); `openTurns.unaccepted()` left out
// (unheard-commits); `<` for `<=` in takeEvent (a-hole-and-a-repeat); predictions not compared (typing-and-tab).
test.each(recordings)("$name: $guarantee", async (recording) => {
  const { sent, recorded, outcome } = await replay(recording);
  expect(sent).toEqual(recorded);
  expect(outcome).toEqual(recording.outcome);
  expect(isWhole(outcome.offsets)).toBe(true);
});
