import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { codeIn } from "../runbooks/code-in.ts";
import { CHECKOUT } from "../start-mode.ts";
import type { Question } from "./ask-all.ts";

const DASHBOARDS = "deploy/grafana/dashboards";
const DOCS = "docs/operations";
/** What Grafana puts in place of it, at least: some scrapes. */
const RATE_INTERVAL = "30s";

/** Every query of every dashboard and of every page for whoever is woken, each once. */
export function questionsOf(): Question[] {
  const all = [
    ...filesOf(DASHBOARDS, ".json").flatMap(([from, text]) => askedByDashboard(from, text)),
    ...filesOf(DOCS, ".md").flatMap(([from, text]) => askedByPage(from, text)),
  ];
  return [...new Map(all.map((one) => [one.query, one])).values()];
}

function filesOf(folder: string, ending: string): [from: string, text: string][] {
  return readdirSync(join(CHECKOUT, folder))
    .filter((name) => name.endsWith(ending))
    .map((name) => [`${folder}/${name}`, readFileSync(join(CHECKOUT, folder, name), "utf8")]);
}

function askedByDashboard(from: string, text: string): Question[] {
  const exprs: string[] = [];
  JSON.parse(text, (key, value: unknown) => {
    if (key === "expr" && typeof value === "string") exprs.push(value);
    return value;
  });
  return exprs.map((expr) => ({
    query: expr.replaceAll("$__rate_interval", RATE_INTERVAL).replaceAll("$tenant", ".*"),
    from,
  }));
}

/** Code of a page that names one of our metrics: a query to copy, or a metric to look at. */
function askedByPage(from: string, text: string): Question[] {
  const { fenced, inline } = codeIn(text);
  const codes = [...fenced, ...inline];
  return codes.filter(isQuery).map((query) => ({ query: metricOf(query), from }));
}

function isQuery(code: string): boolean {
  return /(?:^|[\s(])lilux(?:_|:[a-z_]+:)[a-z0-9_:]+/.test(code) && !/[/$]|^\s*-/.test(code);
}

/** A histogram is looked at by its parts; `{band,right}` after a name are labels that it has, no choice. */
function metricOf(query: string): string {
  const bare = query.replace(/\{[a-z_]+(?:,\s*[a-z_]+)*\}$/, "");
  return /^lilux_[a-z0-9_]+_seconds$/.test(bare) ? `(${bare}_count or ${bare})` : bare;
}
