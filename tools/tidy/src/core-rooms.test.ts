import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { importsOf, readSourceFiles } from "./source-files.ts";

const CORE = "packages/core/src/";
const DOOR = "index.ts";

/** Each room of core and the rooms that it may enter: those before it. */
const ORDER = [
  "access",
  "async",
  "fairness",
  "telemetry",
  "text",
  "spelling",
  "json",
  "embedding",
  "search",
  "calls",
  "permissions",
  "consent",
  "registry",
  "placement",
  "parameters",
  "ranking",
  "learning",
  "teaching",
  "warming",
  "turns",
  "rollout",
  "fitting",
];

const files = readSourceFiles().filter((file) => file.path.startsWith(CORE));

function roomOf(path: string): string {
  return path.slice(CORE.length).split("/")[0] ?? "";
}

interface Arrow {
  from: string;
  to: string;
}

/** Imports of one room by another, tests included. */
const arrows: Arrow[] = files.flatMap(({ path, text }) =>
  importsOf(text)
    .filter((specifier) => specifier.startsWith("."))
    .map((specifier) => ({ from: path, to: join(dirname(path), specifier) }))
    .filter(({ from, to }) => roomOf(from) !== roomOf(to)),
);

test("every file of core stands in a room", () => {
  const rooms = new Set(files.map(({ path }) => roomOf(path)));
  expect([...rooms].sort()).toEqual([...ORDER].sort());
});

test("a room of core enters only the rooms before it", () => {
  const back = arrows.filter(
    ({ from, to }) => ORDER.indexOf(roomOf(to)) > ORDER.indexOf(roomOf(from)),
  );
  expect(arrows.length).toBeGreaterThan(5);
  expect(back).toEqual([]);
});

test("a room of core is entered through its door", () => {
  const wrong = arrows.filter(({ to }) => to !== `${CORE}${roomOf(to)}/${DOOR}`);
  expect(wrong).toEqual([]);
});
