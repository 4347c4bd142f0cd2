import { expect, test } from "vitest";
import { createReplicaTable, type ReplicaTable } from "./replica-table.ts";

function tableOf(...ids: string[]): ReplicaTable {
  const table = createReplicaTable();
  for (const id of ids) table.announced(id, 0);
  return table;
}

test("nobody announced: nobody is chosen", () => {
  expect(createReplicaTable().choose(0)).toBeUndefined();
});

test("the one with the least to do is asked, and equals take turns", () => {
  const table = tableOf("a", "b", "c");
  const asked = Array.from({ length: 6 }, () => {
    const id = table.choose(0) ?? "";
    table.asked(id, 1_000);
    return id;
  });
  expect(asked).toEqual(["a", "b", "c", "a", "b", "c"]);
  table.settled("b");
  expect(table.choose(0)).toBe("b");
});

// Mutant: `choose` without `not`.
test("the one asked already is never chosen for the second try, even when it is the only one", () => {
  expect(tableOf("a").choose(0, { not: "a" })).toBeUndefined();
  expect(tableOf("a", "b").choose(0, { not: "a" })).toBe("b");
});

// Mutant: `owes` that is always false.
test("one that owes an answer is asked last until it answers", () => {
  const table = tableOf("a", "b");
  table.asked("a", 60);
  table.settled("a");
  table.asked("b", 70);
  table.answered("b");
  expect(table.choose(61)).toBe("b");
  expect(table.choose(61, { not: "b" })).toBe("a");
  table.answered("a");
  table.settled("b");
  expect([table.choose(61), table.choose(61, { not: "a" })].sort()).toEqual(["a", "b"]);
});

test("when all owe answers all are asked: a slow group is better than none", () => {
  const table = tableOf("a", "b");
  for (const id of ["a", "b"]) table.asked(id, 10);
  const [first, second] = [table.choose(50), table.choose(50, { not: table.choose(50) })];
  expect([first, second].sort()).toEqual(["a", "b"]);
});

test("one that says it cannot work is asked last although it has nothing to do", () => {
  const table = tableOf("a", "b");
  table.asked("b", 1_000);
  table.failed("a", 5);
  expect(table.choose(6)).toBe("b");
});

test("whoever owes an answer is tried once a second, and nobody else is", () => {
  const table = tableOf("a", "b");
  expect(table.toProbe(5_000)).toBeUndefined();
  table.asked("a", 60);
  expect(table.toProbe(2_000)).toBe("a");
  expect(table.toProbe(2_900)).toBeUndefined();
  expect(table.toProbe(3_000)).toBe("a");
  table.answered("a");
  expect(table.toProbe(9_000)).toBeUndefined();
});

test("one that left, or was not heard of for 15 s, is not chosen", () => {
  const table = tableOf("a", "b");
  table.left("a");
  expect(table.choose(1)).toBe("b");
  expect(table.choose(15_001)).toBeUndefined();
});

test("however many announce themselves, the table keeps 64", () => {
  const table = tableOf(...Array.from({ length: 200 }, (_, number) => `r${number}`));
  const chosen = new Set<string>();
  for (let asked = 0; asked < 200; asked += 1) {
    const id = table.choose(0) ?? "";
    table.asked(id, 1_000);
    chosen.add(id);
  }
  expect(chosen.size).toBe(64);
});

// Mutant: `rankOf` without the name: all tenants go to one member.
test("a name goes to the same member, names spread, and one member's end moves only its own", () => {
  const ids = ["a", "b", "c", "d"];
  const names = Array.from({ length: 400 }, (_, at) => `tenant-${at}`);
  const table = tableOf(...ids);
  const before = names.map((of) => table.choose(0, { of }));
  expect(names.map((of) => table.choose(0, { of }))).toEqual(before);
  for (const id of ids) {
    const own = before.filter((chosen) => chosen === id).length;
    expect(own).toBeGreaterThan(60);
    expect(own).toBeLessThan(140);
  }
  table.left("d");
  const after = names.map((of) => table.choose(0, { of }));
  const moved = names.filter((_, at) => after[at] !== before[at]);
  expect(moved).toEqual(names.filter((_, at) => before[at] === "d"));
});

// Mutant: `firstWithRoom` without `share`.
test("a name that asks much goes to others too, always the same ones first", () => {
  const table = tableOf("a", "b", "c");
  const of = "busy";
  const asked: string[] = [];
  for (let number = 0; number < 12; number += 1) {
    const id = table.choose(0, { of }) ?? "";
    asked.push(id);
    table.asked(id, 1_000);
  }
  const [owner] = asked;
  const second = table.choose(0, { of: "busy", not: owner });
  expect(asked.slice(0, 4)).toEqual(Array(4).fill(owner));
  expect(new Set(asked).size).toBe(3);
  expect(asked[4]).toBe(asked[5]);
  expect(second).toBeDefined();
});
