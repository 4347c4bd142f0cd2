import type { InputSpec } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { type ReadParameters, readParameters } from "./read-parameters.ts";

function input(name: string, type: string, more: Partial<InputSpec> = {}): InputSpec {
  return { name, type, required: false, ...more };
}

function read(line: string, id: string, inputs: readonly InputSpec[]): ReadParameters {
  const idWords = splitIdentifier(id);
  return readParameters(line, { inputs, idWords, knownWords: new Set(idWords) });
}

const wait = [input("seconds", "integer", { default: 18 })];

describe("a value said with its input's name is taken, however it is written", () => {
  it.each([
    ["run pause seconds 3", 3],
    ["run pause --seconds 2", 2],
    ["run pause --seconds=2", 2],
    ["run pause -seconds 2", 2],
    ["run pause seconds=4", 4],
    ["run pause seconds: 4", 4],
    ["run pause with seconds set to 5", 5],
    ["run pause, seconds is 6.", 6],
    ["run pause for 3 seconds", 3],
    ["pause 3 seconds please", 3],
    ["run pause for 1 second", 1],
    ["run pause for three seconds", 3],
    ["run pause for twenty-five seconds", 25],
    ["run pause for 2s", 2],
    ["run pause for 2 minutes", 120],
    ["run pause for half a minute", 30],
    ["run pause 7", 7],
    ["run pause for 1,500 seconds", 1_500],
  ])("%s", (line, seconds) => {
    expect(read(line, "pause", wait)).toMatchObject({ values: { seconds }, unread: [] });
  });
});

describe("a switch is taken by its phrase", () => {
  const inputs = [input("dry_run", "boolean", { default: false })];
  it.each([
    ["resize the images as a dry run", true],
    ["resize images --dry-run", true],
    ["resize images, dry-run", true],
    ["resize images --dry-run=false", false],
    ["resize images --no-dry-run", false],
    ["resize images dry run: no", undefined],
    ["resize images not as a dry run", false],
    ["resize images without a dry run", false],
    ["resize images with dry_run true", true],
    ["resize images dryRun=yes", true],
  ])("%s", (line, wanted) => {
    const { values, unread } = read(line, "resize_images", inputs);
    if (wanted !== undefined) expect(values).toEqual({ dry_run: wanted });
    // Whatever was not understood stays visible: silence would run it for real.
    else expect(values["dry_run"] === false || unread.length > 0).toBe(true);
  });
});

describe("values keep their digits and their text", () => {
  const inputs = [input("version", "string"), input("count", "integer")];
  it.each([
    ["echo version=1.10", { version: "1.10" }],
    ["echo --version 0042", { version: "0042" }],
    ['echo version "1e5, as typed"', { version: "1e5, as typed" }],
    ["echo count 1349021875512938561", { count: "1349021875512938561" }],
    ["echo version 1349021875512938561", { version: "1349021875512938561" }],
  ])("%s", (line, values) => {
    expect(read(line, "echo", inputs).values).toEqual(values);
  });
});

describe("what a value's form shows goes to the inputs made for it", () => {
  it("dates, in their order", () => {
    const inputs = [input("start", "string"), input("end", "string")];
    const { values, origins } = read(
      "how many days between 2026-01-01 and 2026-03-01",
      "days_between",
      inputs,
    );
    expect(values).toEqual({ start: "2026-01-01", end: "2026-03-01" });
    expect(origins.map(({ origin }) => origin)).toEqual(["inferred", "inferred"]);
  });

  it("addresses, into a list", () => {
    const { values } = read("check ann@example.org and bo@example.org", "email_check", [
      input("emails", "array"),
    ]);
    expect(values).toEqual({ emails: ["ann@example.org", "bo@example.org"] });
  });

  it("one of the listed choices", () => {
    const { values } = read("write the notes for operators", "release_notes", [
      input("audience", "string", { description: "users, developers or operators." }),
      input("format", "string", { schema: { enum: ["html", "markdown"] } }),
    ]);
    expect(values).toEqual({ audience: "operators" });
  });

  it("a list after its name", () => {
    const { values } = read("merge files a.csv, b.csv and c.csv", "merge", [
      input("files", "array"),
    ]);
    expect(values).toEqual({ files: ["a.csv", "b.csv", "c.csv"] });
  });

  it("a structure, to the input that takes its shape", () => {
    const { values } = read('check rules {"min": 3}', "check", [input("rules", "object")]);
    expect(values).toEqual({ rules: { min: 3 } });
  });
});

describe("a value that no input takes is told, never passed over", () => {
  it.each([
    ["run pause --minutes 2", ["minutes", "2"]],
    ["run pause until 2026-01-01", ["2026-01-01"]],
    ["run pause for 3 rounds and 4 laps", ["3", "4"]],
    ["run pause speed=9", ["speed=9"]],
    ['run pause "slowly"', ["slowly"]],
    ["run pause for ./a.txt", ["./a.txt"]],
    ["run pause for ann@example.org", ["ann@example.org"]],
  ])("%s", (line, unread) => {
    const found = read(line, "pause", wait);
    expect(found.unread).toEqual(
      expect.arrayContaining(unread.filter((part) => !/^\d$/.test(part))),
    );
    expect(found.unread.length > 0).toBe(true);
  });

  it("also where the item has no inputs", () => {
    expect(read("run backup --to /mnt/disk", "backup", []).unread).not.toEqual([]);
    expect(read("run pause for three minutes", "pause", []).unread).not.toEqual([]);
  });

  it("but the digits of the item's own name are none", () => {
    expect(read("run s3_sync_2", "s3_sync_2", []).unread).toEqual([]);
    expect(read("run 'pause'", "pause", wait).unread).toEqual([]);
  });
});

describe("ordinary words", () => {
  const service = input("service", "string", { required: true, description: "Name of it." });
  const person = input("person", "string", { required: true });
  const system = input("system", "string", { required: true });
  it.each([
    ["restart the pods of the mailer", "restart_pods", [service], { service: "mailer" }],
    ["roll back orders", "roll_back", [service], { service: "orders" }],
    ["deploy the api service to somewhere", "deploy", [service], { service: "api" }],
    [
      "scale checkout to 6 replicas",
      "scale",
      [service, input("replicas", "integer")],
      { service: "checkout", replicas: 6 },
    ],
    [
      "revoke the access of Noor to the wiki",
      "revoke_access",
      [person, system],
      { person: "Noor", system: "wiki" },
    ],
    [
      "ping db.internal.example",
      "ping",
      [input("host", "string", { required: true })],
      { host: "db.internal.example" },
    ],
    ["free slots of Dr Hahn", "free_slots", [input("vet", "string")], { vet: "Dr Hahn" }],
    [
      "vacuum the tables events, clicks and visits",
      "vacuum",
      [input("tables", "array", { required: true })],
      { tables: ["events", "clicks", "visits"] },
    ],
    [
      "plan the shifts for Kim, Jo and Sam",
      "plan_shifts",
      [input("people", "array", { required: true })],
      { people: ["Kim", "Jo", "Sam"] },
    ],
    [
      "page Maria and say 'disk is full'",
      "page",
      [person, input("message", "string")],
      { person: "Maria", message: "disk is full" },
    ],
  ] as const)("%s", (line, id, inputs, values) => {
    const found = read(line, id, inputs);
    expect(found.values).toEqual(values);
    // None of it was said outright: nobody runs on it unasked.
    expect(found.origins.some(({ origin }) => origin === "inferred")).toBe(true);
  });

  it.each([
    ["run the report", "report"],
    ["please run the report now", "report"],
    ["run the script report again", "report"],
    ["write the weekly report", "weekly_report"],
  ])("of grammar, and of the item itself, are no values: %s", (line, id) => {
    expect(read(line, id, [service, input("note", "string")]).values).toEqual({});
  });
});

describe("a choice, a switch and a day are taken in other words than their own", () => {
  const target = input("environment", "string", { schema: { enum: ["staging", "production"] } });
  const level = input("level", "string", { schema: { enum: ["info", "warning", "error"] } });
  it.each([
    ["ship it to prod", target, "production"],
    ["show the errors", level, "error"],
    [
      "sync it to the user folder",
      input("direction", "string", { description: "to_project or to_user." }),
      "to_user",
    ],
    [
      "bump it to the next minor",
      input("part", "string", {
        description: "Part to raise: major, minor or patch. Taken from commits when absent.",
      }),
      "minor",
    ],
    ["compare them ignoring case", input("ignore_case", "boolean"), true],
    ["back it up without compression", input("compress", "boolean"), false],
    ["anonymise it but keep the dates", input("keep_dates", "boolean"), true],
    ["rotate it without notifying anyone", input("notify", "boolean"), false],
  ] as const)("%s", (line, spec, value) => {
    expect(read(line, "x", [spec]).values).toEqual({ [spec.name]: value });
  });

  it.each([
    ["remind them tomorrow", "2026-11-29"],
    ["count since yesterday", "2026-11-27"],
    ["book it for today", "2026-11-28"],
    ["book it next monday", "2026-11-30"],
    ["of tomorrow's visits", "2026-11-29"],
    ["book it on saturday", "2026-12-05"],
  ])("%s", (text, date) => {
    const inputs = [input("date", "string", { required: true, description: "Day as YYYY-MM-DD." })];
    const target = { inputs, idWords: [], knownWords: new Set<string>(), today: "2026-11-28" };
    expect(readParameters(text, target).values).toEqual({ date });
  });

  it("of two choices that could be meant none is taken", () => {
    expect(read("from staging to prod", "x", [target]).values).toEqual({ environment: "staging" });
    expect(read("warnings and errors", "x", [level]).values).toEqual({});
  });
});

describe("a request with a reservation is not whole", () => {
  const dry = input("dry_run", "boolean");
  it.each([
    ["deploy it but dry run first", "but dry run first"],
    ["send it, but ask me first", "but ask me first"],
    ["rotate them once Ann has agreed", "once Ann has agreed"],
    ["restore it, but not before I say so", "but not before I say so"],
    ["delete them unless somebody objects", "unless somebody objects"],
    ["pay it only if it is right", "only if it is right"],
    ["send it as soon as he is back", "as soon as he is back"],
  ])("%s", (line, reserved) => {
    expect(read(line, "x", [dry]).unread).toContain(reserved);
  });

  it.each(["deploy it, but only as a dry run", "deploy it though as a dry run", "run it once"])(
    "but a value is none: %s",
    (line) => {
      expect(read(line, "x", [dry]).unread).toEqual([]);
    },
  );
});

describe("a manner that no input takes is told, and is no other input's value", () => {
  const keep = input("keep", "array");
  it.each([
    ["clean the branches as a dry run", "as a dry run"],
    ["clean the branches, dry run", "dry run"],
    ["clean the branches dry-run", "dry-run"],
    ["dry run of clean the branches", "dry run"],
    ["clean the branches in dry run mode", "dry run mode"],
    ["just a test run: clean the branches", "test run"],
    ["simulate cleaning the branches", "simulate"],
    ["clean the branches, preview only", "preview only"],
    ["clean the branches without pushing", "without pushing"],
    ["clean the branches without deleting any", "without deleting"],
    ["clean the branches without cleaning the old ones", "without cleaning"],
  ])("%s", (line, manner) => {
    const { unread, values } = read(line, "clean_branches", [keep]);
    expect(unread.join(" ")).toContain(manner);
    expect(values).toEqual({});
  });

  it.each([
    ["preview the newsletter", "preview_newsletter"],
    ["simulate traffic", "traffic_simulation"],
    ["run the dry run report", "dry_run_report"],
  ])("but an item's own words are none: %s", (line, id) => {
    expect(read(line, id, []).unread).toEqual([]);
  });
});

test("a required input without a value and without a default is missing", () => {
  const inputs = [input("branch", "string", { required: true }), ...wait];
  expect(read("run pause", "pause", inputs).origins).toEqual([
    { name: "branch", origin: "missing" },
    { name: "seconds", origin: "default" },
  ]);
});

test("of any line, a number that is said is taken or told", () => {
  const words = fc.constantFrom(
    "run",
    "pause",
    "for",
    "to",
    "and",
    "seconds",
    "rows",
    "please",
    "--",
  );
  const part = fc.oneof(words, fc.integer({ min: -9_999, max: 9_999 }).map(String));
  fc.assert(
    fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
      const line = parts.join(" ");
      const { values, unread } = read(line, "pause", wait);
      const said = parts.filter((each) => /^-?\d+$/.test(each));
      expect(said.length === 0 || Object.keys(values).length + unread.length > 0).toBe(true);
      expect(unread.length).toBeLessThanOrEqual(8);
    }),
  );
});

test("any text at all is read without an error", () => {
  fc.assert(
    fc.property(fc.string({ unit: "binary", maxLength: 300 }), (line) => {
      const found = read(line, "pause", [...wait, input("name", "string"), input("on", "boolean")]);
      expect(found.origins).toHaveLength(3);
    }),
  );
});

test("a line too long to be read whole says so", () => {
  const line = `run pause for 3 seconds ${"and then some ".repeat(400)}`;
  expect(read(line, "pause", wait)).toMatchObject({ values: { seconds: 3 }, unread: ["…"] });
});
