import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CHECKOUT } from "../start-mode.ts";
import { codeIn } from "./code-in.ts";

const FOLDER = "docs/operations";
/** What of the code between backquotes is typed, and is no name of something. */
const TYPED =
  /^(?:npm run|lilux|flywheel|docker|kubectl|nats|helm|curl|promtool|redis-cli|psql|python3?|git|kill) |^(?:INFO|SLOWLOG|CONFIG|CLIENT) /;
const QUERY = /(?:^|[\s(])lilux(?:_|:[a-z_]+:)[a-z0-9_:]+/;

/** Every command of every runbook, each once, in the order of the pages; queries are asked by the drill's program. */
export function commandsOfRunbooks(): string[] {
  const pages = readdirSync(join(CHECKOUT, FOLDER)).filter((name) => /^runbook-.*\.md$/.test(name));
  const all = pages.flatMap((name) =>
    commandsIn(readFileSync(join(CHECKOUT, FOLDER, name), "utf8")),
  );
  return [...new Set(all)];
}

/** A fenced line is always one, unless it is a query; what stands behind two blanks explains it. */
export function commandsIn(page: string): string[] {
  const { fenced, inline } = codeIn(page);
  const lines = fenced.filter((line) => !QUERY.test(line)).map((line) => line.split(/ {2,}/)[0]);
  return [...lines.map((line) => line ?? ""), ...inline.filter((code) => TYPED.test(code))];
}
