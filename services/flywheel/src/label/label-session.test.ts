import type { Interaction } from "@lilux/protocol";
import fc from "fast-check";
import { expect, test } from "vitest";
import { run, storedTurn, turnOf } from "../testing/turns.ts";
import { labelSession } from "./label-session.ts";

type Turn = Extract<Interaction, { type: "turn" }>;

const tally = run("tally");
const report = run("report");
const wipe = run("wipe");

const labelsOf = (turns: Turn[], ratings: Record<number, "up" | "down"> = {}) =>
  labelSession(
    turns.map((turn, index) => storedTurn(turn, index)),
    (index) => ratings[index],
  ).map(({ index, call, right, rule }) => {
    const id = call === null ? "none" : "item_id" in call.arguments && call.arguments.item_id;
    return `${index} ${id} ${right ? "right" : "wrong"} ${rule}`;
  });

const at = (seconds: number) => ({ at: seconds * 1_000 });
const accept = { kind: "accept", path: "fast" } as const;
const fast = { path: "fast" } as const;

test.each<[string, Turn[], string[], Record<number, "up" | "down">?]>([
  [
    "Tab on the leader",
    [turnOf("tally", { ...accept, leader: tally, ran: tally })],
    ["0 tally right accepted"],
  ],
  [
    "a digit on another candidate",
    [turnOf("tally", { ...accept, leader: report, ran: tally })],
    ["0 tally right accepted", "0 report wrong overridden"],
  ],
  [
    "Tab, and it failed",
    [turnOf("tally", { ...accept, leader: tally, ran: tally, ok: false })],
    [],
  ],
  // Mutant: no `isItsOwnJudge`.
  ["Enter on a sure leader", [turnOf("tally", { ...fast, leader: tally, ran: tally })], []],
  [
    "Enter on a sure leader, and a thumb up",
    [turnOf("tally", { ...fast, leader: tally, ran: tally })],
    ["0 tally right praised"],
    { 0: "up" },
  ],
  [
    "Enter on a sure leader, and a thumb down",
    [turnOf("tally", { ...fast, leader: tally, ran: tally })],
    ["0 tally wrong corrected"],
    { 0: "down" },
  ],
  ["the orchestrator ran one call", [turnOf("count", { ran: tally })], ["0 tally right settled"]],
  ["the same call twice", [turnOf("count", { ran: [tally, tally] })], ["0 tally right settled"]],
  ["two calls", [turnOf("count and report", { ran: [tally, report] })], []],
  ["an answer without a call", [turnOf("what is a mutex?")], ["0 none right talk"]],
  // Mutant: whatever ends without a call was talk.
  ["an answer in place of a call that was offered", [turnOf("count", { leader: tally })], []],
  ["a call that failed", [turnOf("count", { ran: tally, ok: false })], []],
  [
    "asked for the orchestrator though one was offered",
    [turnOf("tally", { kind: "ask", leader: tally, ran: report })],
    ["0 tally wrong declined"],
  ],
  ["asked, and nothing was offered", [turnOf("tally", { kind: "ask", ran: report })], []],
  [
    "cancelled while it ran",
    [turnOf("tally", { ...fast, leader: tally, ran: tally, outcome: "cancelled" })],
    ["0 tally wrong cancelled"],
  ],
  ["cancelled before anything ran", [turnOf("tally", { outcome: "cancelled" })], []],
  ["failed", [turnOf("tally", { outcome: "failed", ran: tally })], []],
  ["interrupted", [turnOf("tally", { outcome: "interrupted", ran: tally })], []],
  [
    "taken back within the minute",
    [
      turnOf("tally", { ...accept, leader: tally, ran: tally, ...at(0) }),
      turnOf("no, the other one", { ...at(20), ran: report }),
    ],
    ["0 tally wrong corrected", "1 report right settled"],
  ],
  [
    "taken back too late to be about it",
    [
      turnOf("tally", { ...accept, leader: tally, ran: tally, ...at(0) }),
      turnOf("undo", { ...at(61) }),
    ],
    ["0 tally right accepted", "1 none right talk"],
  ],
  [
    "the same line again, and another call",
    [
      turnOf("tally it", { ...fast, leader: tally, ran: tally, ...at(0) }),
      turnOf("Tally it ", { ...accept, leader: tally, ran: report, ...at(9) }),
    ],
    ["0 tally wrong corrected", "1 report right accepted", "1 tally wrong overridden"],
  ],
  [
    "the same line and the same call again",
    [
      turnOf("tally it", { ...accept, leader: tally, ran: tally, ...at(0) }),
      turnOf("tally it", { ...accept, leader: tally, ran: tally, ...at(9) }),
    ],
    ["0 tally right accepted", "1 tally right accepted"],
  ],
  [
    "a line that only begins like taking back",
    [
      turnOf("tally", { ...accept, leader: tally, ran: tally, ...at(0) }),
      turnOf("nominate a lead", { ...at(5), ran: wipe }),
    ],
    ["0 tally right accepted", "1 wipe right settled"],
  ],
  [
    "a leader nobody was offered",
    [turnOf("x", { kind: "ask", predicted: undefined } as never)],
    [],
  ],
])("%s", (_what, turns, labels, ratings) => {
  expect(
    labelsOf(
      turns.map((turn) => ({ ...turn, predicted: turn.predicted ?? [] })),
      ratings,
    ),
  ).toEqual(labels);
});

// A leader that ran because it led is never said to be right, whatever comes after it but a thumb up.
test("no session makes a fast path the witness of its own leader", () => {
  const turn = fc.constantFrom(
    turnOf("tally it", { ...fast, leader: tally, ran: tally }),
    turnOf("report it", { ...fast, leader: report, ran: report }),
    turnOf("no, the other one", { ran: report }),
    turnOf("what is a mutex?"),
  );
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 8 }), (turns) => {
      const stored = turns.map((one, index) => storedTurn({ ...one, at: index * 1_000 }, index));
      for (const { index, right } of labelSession(stored, () => undefined)) {
        if (turns[index]?.path === "fast") expect(right).toBe(false);
      }
    }),
  );
});
