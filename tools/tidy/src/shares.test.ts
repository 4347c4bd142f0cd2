import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { ROOT, readSourceFiles } from "./source-files.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");
const PAGE = read("docs/operations/shares.md");
const ROWS = PAGE.split("\n").filter((line) => line.startsWith("| "));
const NAMED = new Set(
  ROWS.flatMap((row) => [...row.matchAll(/`([^`]+)`/g)].map(([, name]) => name)),
);

function found(path: string, pattern: RegExp): string[] {
  return [...read(path).matchAll(pattern)].flatMap(([, name]) => name ?? []);
}

/** Queues, counts and shares, where they are made. */
const MAKES =
  /\b(?:createFairPlaces|createRoundRobin|createWeightedQueue|createHeldShares|createKeptPlace|createPlaces|createTokenBucket|isWithinShare|hasRoomForTenant)\(/;
/** Which are the makers themselves. */
const MAKERS = /^packages\/core\/src\/fairness\/|\/token-bucket\.ts$/;

// Mutants: a row left out, or its limit's word; a fair queue in a file that no row names; a stream or a limit of tenants that is new.
test("whatever tenants share has a row: every queue and count, stream, kind of key, limit and measurement", () => {
  const shipped = readSourceFiles().filter(
    ({ path }) => /^(?:packages|services)\//.test(path) && !/\.test\.ts$|\/testing\//.test(path),
  );
  const makers = shipped
    .filter(({ path, text }) => !MAKERS.test(path) && MAKES.test(text))
    .map(({ path }) => path);
  // As `details.limit` names what was full.
  const words = shipped.flatMap(({ text }) =>
    [...text.matchAll(/\blimit: "([a-z]+_[a-z]+)"/g)].flatMap(([, word]) => word ?? []),
  );
  const limits = "services/gateway/src/admit/";
  const wanted = [
    ...makers,
    ...words,
    ...found("packages/bus/src/streams.ts", /^ {2}([A-Z]+): \{$/gm),
    ...found("packages/context-store/src/keys.ts", /^ {2}(\w+): \(tenant/gm),
    ...found(`${limits}tenant-limits.ts`, /"(LILUX_\w+)"/g),
    ...found(`${limits}limit-settings.ts`, /"(LILUX_(?!HEARTBEAT|RESUME|MCP_SESSION_IDLE)\w+)"/g),
    ...found("bench/src/tenants/resources.ts", /(?:asking\(|name: )"([^"]{12,})"/g),
  ];
  expect(makers.length).toBeGreaterThan(10);
  expect(wanted.length).toBeGreaterThan(40);
  expect(wanted.filter((name) => !NAMED.has(name))).toEqual([]);
});

// Mutant: a row that names a file, a setting or a measurement that is gone.
test("whatever a row names is there", () => {
  const bench = read("bench/src/tenants/resources.ts");
  const settings = read("docs/operations/configuration.md");
  const gone = [...NAMED].filter((name = "") => {
    if (/^(?:packages|services|tools)\//.test(name)) return !existsSync(join(ROOT, name));
    if (name.startsWith("LILUX_")) return !settings.includes(`\`${name}\``);
    return / /.test(name) && !bench.includes(`"${name}"`);
  });
  expect(gone).toEqual([]);
});

test("each row says by what it is kept, what a weight does, and what shows it", () => {
  const [, , ...rows] = ROWS;
  for (const row of rows) {
    const cells = row.split(" | ");
    expect(cells, row).toHaveLength(6);
    expect(cells.at(-1), row).toMatch(/bench `|\.test\.ts`|contract\.ts`/);
  }
});
