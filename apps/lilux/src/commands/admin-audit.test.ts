import { FIRST_PREVIOUS, hashOf } from "@lilux/database";
import type { AdminRecord } from "@lilux/protocol";
import { expect, test } from "vitest";
import { instanceThatAnswers } from "../testing/instance-that-answers.ts";
import { runCommand } from "../testing/run-command.ts";

const PAGE = 2;

function chain(tenant: string, count: number): AdminRecord[] {
  const records: AdminRecord[] = [];
  for (let position = 1; position <= count; position += 1) {
    const previous = records.at(-1)?.hash ?? FIRST_PREVIOUS;
    const detail = { n: position };
    const said = {
      position,
      at: 1_764_000_000_000 + position,
      actor: "ada",
      action: "key-created",
    };
    const body = { ...said, target: `k${position}`, detail, previous };
    records.push({ ...body, hash: hashOf(tenant, body) });
  }
  return records;
}

/** How `lilux admin audit acme` ends where a server tells these, by pages. */
async function outcomeOf(records: readonly AdminRecord[]): Promise<string> {
  const { url } = await instanceThatAnswers(({ path }) => {
    const after = Number(new URL(path, "http://lilux").searchParams.get("after"));
    const page = records.filter(({ position }) => position > after).slice(0, PAGE);
    const next = page.length < PAGE ? null : (page.at(-1)?.position ?? null);
    return { json: { records: page, next } };
  });
  const env = { LILUX_URL: url, LILUX_API_KEY: "operator" };
  const { code, err } = await runCommand(["admin", "audit", "acme"], env);
  return code === 0 ? "whole" : (/content_tampered/.exec(err)?.[0] ?? err);
}

// Mutants: the hash is not computed anew; `previous`, or the position, is not compared; each page begins a chain of its own.
test("a chain of records that was cut, reordered, added to, changed or taken from another tenant is told from a whole one", async () => {
  const whole = chain("acme", 5);
  expect(await outcomeOf(whole)).toBe("whole");
  const [one, two, three, four, five] = whole as [
    AdminRecord,
    AdminRecord,
    AdminRecord,
    AdminRecord,
    AdminRecord,
  ];
  const again = (record: AdminRecord, given: Partial<AdminRecord>): AdminRecord => {
    const { hash: _, ...body } = { ...record, ...given };
    return { ...body, hash: hashOf("acme", body) };
  };
  const spoilt: Record<string, AdminRecord[]> = {
    "cut at the beginning": [two, three, four, five],
    "cut in the middle": [one, two, four, five],
    "cut between pages, and closed up": [one, two, again(four, { position: 3 }), five],
    reordered: [one, three, two, four, five],
    "one twice": [one, one, two, three],
    "one added": [one, two, again(three, { actor: "eve" }), three, four, five],
    "one changed": [one, { ...two, actor: "eve" }, three, four, five],
    "one changed with its hash": [one, again(two, { actor: "eve" }), three, four, five],
    "a moment changed": [one, two, { ...three, at: three.at + 1 }, four, five],
    "another tenant's": chain("globex", 5),
  };
  for (const [what, records] of Object.entries(spoilt)) {
    expect({ what, outcome: await outcomeOf(records) }).toEqual({
      what,
      outcome: "content_tampered",
    });
  }
});
