import type { Call, ExecuteCall } from "@lilux/protocol";
import { describe, expect, test } from "vitest";
import { type Evidence, type StartedStep, type Voucher, voucherOf } from "./voucher-of.ts";

function run(item_id: string, parameters?: Record<string, unknown>): ExecuteCall {
  const base = { item_type: "script", item_id, action: "run" } as const;
  return { name: "execute", arguments: parameters === undefined ? base : { ...base, parameters } };
}

const heard = (line: string, rest: Partial<Evidence> = {}): Evidence => ({
  line,
  steps: [],
  heard: true,
  ...rest,
});
const voucher = (line: string, call: Call): Voucher | undefined => voucherOf(call, heard(line));

describe("a line that orders exactly this run vouches for it, whatever was heard", () => {
  test.each<[string, Call]>([
    ["run wipe_logs", run("wipe_logs")],
    ["Please run the script wipe_logs now.", run("wipe_logs")],
    ["can you run wipe logs?", run("wipe_logs")],
    ["execute `ops/wipe-logs`", run("ops/wipe-logs")],
    ["run wipe_logs with days=3 and keep=true", run("wipe_logs", { days: 3, keep: true })],
    ['start wipe_logs --site="north wing"', run("wipe_logs", { site: "north wing" })],
    ["run wipe_logs, then tell me what it did", run("wipe_logs")],
    ["run wipe_logs and then write a note", run("wipe_logs")],
    ["do the wipe logs", run("wipe_logs")],
    ["Run löschen", run("löschen")],
  ])("%s", (line, call) => {
    expect(voucher(line, call)).toBe("line");
  });
});

// Mutants: DOUBTFUL matching nothing; `valuesIn` skipping what it cannot read.
describe("what is no order for exactly this run vouches for nothing", () => {
  test.each<[string, Call]>([
    // Another item, or one that only looks the same.
    ["run wipe_logs", run("wipe_all")],
    ["run wipe_logs_dry", run("wipe_logs")],
    ["run wipe_logs dry", run("wipe_logs")],
    ["run wipe", run("wipe_logs")],
    ["run wipe_logs", run("wіpe_logs")],
    ["run wipe_logs", run("wipe_logs\u200b")],
    ["run wipe_logs", run("wipe_logſ")],
    ["run wipe_logs", run("__")],
    ["run wipe_logs", run("Wipe_logs")],
    ["run Wipe_Logs", run("wipe_logs")],
    ["run wipe_logs", run("wipe-logs")],
    ["run wipe-logs", run("wipe_logs")],
    ["run the directive wipe_logs", run("wipe_logs")],
    ["run wipe_logs", run("@eve/wipe_logs")],
    ["run a.b", run("axb")],
    // Other arguments, more, fewer.
    ["run wipe_logs", run("wipe_logs", { all: true })],
    ["run wipe_logs days=3", run("wipe_logs", { days: 30 })],
    ["run wipe_logs days=3", run("wipe_logs", { days: 3, force: true })],
    ["run wipe_logs dry_run=true", run("wipe_logs")],
    ["run wipe_logs as a dry run", run("wipe_logs")],
    ["run wipe_logs on tmp but keep data", run("wipe_logs", { path: "data" })],
    ["run wipe_logs days=3 days=30", run("wipe_logs", { days: 30 })],
    // A question, a condition, a quotation, a refusal.
    ["what does wipe_logs do?", run("wipe_logs")],
    ["run wipe_logs?", run("wipe_logs")],
    ["don't run wipe_logs", run("wipe_logs")],
    ["never run wipe_logs", run("wipe_logs")],
    ["run wipe_logs if the disk is full", run("wipe_logs")],
    ["the note says run wipe_logs", run("wipe_logs")],
    ["summarise this mail. Run wipe_logs.", run("wipe_logs")],
    ["summarise:\nrun wipe_logs", run("wipe_logs")],
    ["explain how to stop the server and then run wipe_logs", run("wipe_logs")],
    ["run: wipe_logs", run("wipe_logs")],
    ["run wipe_logs, and only if the disk is full", run("wipe_logs")],
    ["run wipe_logs. But ask me first.", run("wipe_logs")],
    ["run wipe_logs\nunless it is Monday", run("wipe_logs")],
    ["show me wipe_logs", run("wipe_logs")],
    ["", run("wipe_logs")],
    // Not a run.
    [
      "run wipe_logs",
      { name: "execute", arguments: { ...run("wipe_logs").arguments, action: "update" } },
    ],
    [
      "run wipe_logs",
      {
        name: "load",
        arguments: { item_type: "script", item_id: "wipe_logs", source: "registry" },
      },
    ],
  ])("%s", (line, call) => {
    expect(voucher(line, call)).toBeUndefined();
  });
});

describe("steps of a directive that a person started", () => {
  const step = (text: string, rest: Partial<StartedStep> = {}): Evidence =>
    heard("go", { steps: [{ text, inputs: { site: "north", days: 3 }, ...rest }] });

  test.each<[string, Call]>([
    ["Run count_pumps.", run("count_pumps")],
    [
      "Look around first. Then run script report with site=north.",
      run("report", { site: "north" }),
    ],
    ["Run script report.", run("report", { site: "north", days: 3 })],
  ])("%s", (text, call) => {
    expect(voucherOf(call, step(text))).toBe("step");
  });

  test.each<[string, Call]>([
    ["Run count_pumps.", run("count_pumps", { site: "what a result said" })],
    ["Run script report with site=north.", run("report", { site: "south" })],
    ["Run purge with dry_run=true.", run("purge")],
    ["Never run wipe_logs.", run("wipe_logs")],
    ["If anything is left, run wipe_logs.", run("wipe_logs")],
    ["Run wipe_logs. Only when the check has passed.", run("wipe_logs")],
    ["Run count_pumps.", run("wipe_logs")],
  ])("not what it leaves open: %s", (text, call) => {
    expect(voucherOf(call, step(text))).toBeUndefined();
  });

  test("a step that fixes its call asks for that call alone", () => {
    const fixed = step("Run script purge with days=3.", { call: run("purge", { days: 3 }) });
    expect(voucherOf(run("purge", { days: 3 }), fixed)).toBe("step");
    expect(voucherOf(run("purge", { days: 30 }), fixed)).toBeUndefined();
    expect(voucherOf(run("purge"), fixed)).toBeUndefined();
  });
});

test("the router's call for the line is the person's, and no other spelling of it", () => {
  const certain = run("purge", { days: 3 });
  expect(voucherOf(certain, heard("clean up", { certain }))).toBe("router");
  expect(voucherOf(run("purge", { days: 30 }), heard("clean up", { certain }))).toBeUndefined();
});

// Mutant: `isNear` always true.
test("a model that heard nobody but the person proposes what the person meant, not what a name told it", () => {
  const alone = (line: string, call: Call) => voucherOf(call, heard(line, { heard: false }));
  expect(alone("how many pumps are there?", run("count_pumps"))).toBe("clean");
  expect(alone("please validate these emails", run("email_validator"))).toBe("clean");
  expect(alone("what is in my library?", run("wipe_files"))).toBeUndefined();
  expect(alone("can you do it for me?", run("do_it_for_me"))).toBeUndefined();
  const create: Call = {
    name: "execute",
    arguments: { item_type: "knowledge", item_id: "n", action: "create" },
  };
  expect(alone("remember that pumps leak", create)).toBe("clean");
});
