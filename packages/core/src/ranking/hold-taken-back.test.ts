import type { Call, Candidate } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { holdTakenBack } from "./hold-taken-back.ts";
import type { ItemEvidence, LineEvidence } from "./line-evidence.ts";
import type { RankedCalls } from "./ranked-calls.ts";
import { EMPTY_READING } from "./testing/empty-reading.ts";

const SHOW = 0.6;

/** The line before, and the call it was. */
const TURNS: readonly (readonly [string, Call])[] = [
  ["deploy the api to staging", run("deploy_service")],
  ["run uuid_batch", run("uuid_batch")],
  ["restart the pods of search", run("restart_pods")],
  ["book a visit for Bella", run("book_visit")],
  ["cancel the visit V-1023", run("cancel_visit")],
  ["send the newsletter", run("send_newsletter")],
  ["open the runbook", load("runbook")],
  ["delete the script text_stats", act("text_stats", "delete")],
  ["publish cut_release", act("cut_release", "publish")],
  ["create a script called sum_hours", act("sum_hours", "create")],
  [
    "find scripts for csv",
    { name: "search", arguments: { item_type: "script", query: "scripts csv" } },
  ],
];

function act(item_id: string, action: "run" | "create" | "delete" | "publish"): Call {
  return { name: "execute", arguments: { item_type: "script", item_id, action } };
}
function run(item_id: string): Call {
  return act(item_id, "run");
}
function load(item_id: string): Call {
  return { name: "load", arguments: { item_type: "knowledge", item_id, source: "project" } };
}

function itemOf(call: Call): ItemEvidence[] {
  if (call.name === "search") return [];
  if (call.name === "execute" && call.arguments.action === "create") return [];
  const { item_type, item_id } = call.arguments;
  const item = {
    item_type,
    source: "project",
    effect: "write",
    description: "",
    tags: [],
    inputs: [],
  } as const;
  const mention = { exact: false, coverage: 0 };
  const key = `${item_type}:${item_id}`;
  const found = {
    key,
    callId: item_id,
    cosine: 0.5,
    lexical: 0,
    mention,
    warm: 0,
    isPrevious: true,
  };
  return [{ ...found, item: { ...item, tags: [], inputs: [] } }];
}

/** As sure as a model can be that the line means the call before. */
function sure(text: string, before: string, call: Call): RankedCalls {
  const items = itemOf(call);
  const words = `${before} → ${text}`.split(/\s+/);
  const candidate: Candidate = {
    call,
    confidence: 0.999,
    confidenceOnEnter: 0.999,
    effect: "write",
  };
  const line: LineEvidence = {
    // Only the words of the reading are looked at.
    reading: { ...EMPTY_READING, words, reference: 1 },
    text,
    lastOpen: true,
    hasPrevious: items.length > 0,
    before,
    items,
  };
  const ranked = {
    candidates: [candidate],
    noCallConfidence: 0.001,
    noCallConfidenceOnEnter: 0.001,
  };
  return holdTakenBack(ranked, line);
}

const TAKEN_BACK = [
  "cancel that",
  "cancel",
  "undo",
  "undo that please",
  "stop",
  "stop it",
  "STOP!",
  "don't",
  "don’t",
  "please don't",
  "do not do that",
  "no",
  "no no no",
  "nope",
  "no, the other one",
  "not that one",
  "not prod",
  "not production!",
  "never mind",
  "nevermind",
  "forget it",
  "forget about it",
  "scrap that",
  "scratch that",
  "abort",
  "halt",
  "hold on",
  "wait",
  "wait, no",
  "oops",
  "oh no, wrong one",
  "that was a mistake",
  "that was wrong",
  "wrong file",
  "wrong person, sorry",
  "I changed my mind",
  "I didn't mean that",
  "that's not what i meant",
  "I did not want this",
  "take that back",
  "take it back",
  "put it back",
  "revert",
  "revert it",
  "leave it",
  "skip it",
  "no more",
  "not now",
  "not again",
  "don't do it again",
  "please never do that again",
  "that should not have happened",
  "actually no",
  "actually, cancel",
  "hmm no",
  "kill it",
  "withdraw that",
  "ok stop",
  "enough",
  "I take it back",
  "bad idea",
  "ugh",
  "nonsense",
  "what a mess",
  "I regret that",
  "you misunderstood me",
  "my bad",
  "can you undo it?",
  "please reverse this",
  "that was meant for someone else",
  "anything but that",
];
const ASKED = [
  "did it work?",
  "did that work",
  "how did it go",
  "what happened",
  "what did that change",
  "is it done yet",
  "is it finished?",
  "was that right",
  "were there any errors",
  "has it finished",
  "have they answered",
  "why did it fail",
  "why is it red",
  "when will it be done",
  "how long did it take",
  "who did that last",
  "what was the result",
  "where did it put it",
  "which one was it",
  "does it look ok",
  "did you send it?",
  "are we done",
  "what's the status",
  "so did it help",
  "and did it run?",
  "how's it going",
  "what exactly did you do",
];

describe("a line that takes the last call back, or asks about it, never does it again", () => {
  it.each([...TAKEN_BACK, ...ASKED])("%s", (text) => {
    for (const [before, call] of TURNS) {
      const { candidates, noCallConfidence } = sure(text, before, call);
      expect(candidates[0]?.confidence, before).toBeLessThan(SHOW);
      expect(candidates[0]?.confidenceOnEnter, before).toBeLessThan(SHOW);
      expect(noCallConfidence).toBeGreaterThan(SHOW);
    }
  });

  it("nor in any case, with any courtesy or any ending", () => {
    const whole = fc.record({
      text: fc.constantFrom(...TAKEN_BACK, ...ASKED),
      lead: fc.constantFrom("", "oh ", "ok ", "hey, ", "sorry, ", "well ", "please "),
      end: fc.constantFrom("", "!", "...", " please", ", sorry", " :("),
      isLoud: fc.boolean(),
      turn: fc.constantFrom(...TURNS),
    });
    fc.assert(
      fc.property(whole, ({ text, lead, end, isLoud, turn: [before, call] }) => {
        const line = lead + text + end;
        const { candidates } = sure(isLoud ? line.toUpperCase() : line, before, call);
        expect(candidates[0]?.confidenceOnEnter).toBeLessThan(SHOW);
      }),
      { numRuns: 2_000 },
    );
  });

  it("nor does a line of words that say nothing of it, whichever they are", () => {
    const word = fc.stringMatching(/^[b-df-hj-np-tv-z]{3,9}$/);
    fc.assert(
      fc.property(fc.array(word, { minLength: 1, maxLength: 4 }), (words) => {
        for (const [before, call] of TURNS) {
          const { candidates } = sure(words.join(" "), before, call);
          const known = new Set(splitIdentifier(`${before} ${JSON.stringify(call.arguments)}`));
          if (words.some((each) => known.has(each))) continue;
          expect(candidates[0]?.confidenceOnEnter).toBeLessThan(SHOW);
        }
      }),
    );
  });
});

describe("a line that asks for it again is left as sure as it was", () => {
  const [, , [before, call] = ["", run("x")]] = TURNS;
  it.each([
    "again",
    "run it again",
    "do that again please",
    "once more",
    "do that once more",
    "same for billing",
    "and for orders",
    "now with orders",
    "also the mailer",
    "what about billing",
    "repeat that",
    "retry",
    "restart the pods of billing",
    "execute it",
    "go ahead",
    "the same with a pause of 30",
    "for billing too",
    "can you run it again",
    "not billing, restart the pods of mailer",
  ])("%s", (text) => {
    expect(sure(text, before, call).candidates[0]?.confidence).toBe(0.999);
  });
});

describe("after a taking back", () => {
  const other = run("validate_library");
  it.each(["wrong file", "withdraw that", "anything but that", "oh no, wrong one"])(
    "no other item is run for the words of both lines: %s",
    (text) => {
      const { candidates } = sure(text, "summarise report.docx", { ...other });
      expect(candidates[0]?.confidenceOnEnter).toBeLessThan(SHOW);
    },
  );

  it("no search is made of the words of both lines", () => {
    const query = {
      name: "search",
      arguments: { item_type: "script", query: "csv undo" },
    } as const;
    const { candidates } = sure("undo that please", "find scripts for csv", query);
    expect(candidates[0]?.confidenceOnEnter).toBeLessThan(SHOW);
  });
});

test("a line without one before it is left as it is", () => {
  const ranked = sure("cancel that", "x", run("cancel_visit"));
  expect(ranked.candidates[0]?.confidence).toBeLessThan(SHOW);
  const alone = { candidates: [], noCallConfidence: 1, noCallConfidenceOnEnter: 1 };
  const line = { before: undefined, text: "cancel that", items: [] };
  expect(holdTakenBack(alone, { ...EMPTY, ...line })).toBe(alone);
});

const EMPTY: LineEvidence = {
  reading: EMPTY_READING,
  text: "",
  lastOpen: false,
  hasPrevious: false,
  items: [],
};
