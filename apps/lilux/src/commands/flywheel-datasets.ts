import {
  createParser,
  DatasetManifest,
  DatasetPage,
  type DatasetRow,
  LiluxError,
} from "@lilux/protocol";
import { Type } from "typebox";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import { line, type Styled, style } from "../output/styled.ts";
import type { RestClient } from "../rest-client.ts";
import { DATASET_FORMS, inForm } from "./dataset-forms.ts";
import { withInstance } from "./instance.ts";
import { noiseCells } from "./noise-cells.ts";

const manifests = createParser(DatasetManifest, "the answer", "internal");
const pages = createParser(DatasetPage, "the answer", "internal");
const lists = createParser(
  Type.Object({ datasets: Type.Array(DatasetManifest) }),
  "the answer",
  "internal",
);
const SPLITS = ["train", "validation", "test"] as const;

/** `lilux flywheel build <name>` */
export async function flywheelBuild(
  { env, json, print }: CommandContext,
  [name = ""]: string[],
): Promise<number> {
  const made = { method: "POST", path: "/v1/flywheel/datasets", body: { name } } as const;
  const manifest = manifests.parse(await withInstance(env, (client) => client.request(made)));
  if (json) print(JSON.stringify(manifest, null, 2));
  else print(oneLine(manifest));
  return EXIT.ok;
}

/** `lilux flywheel datasets` */
export async function flywheelDatasets({ env, json, print }: CommandContext): Promise<number> {
  const path = "/v1/flywheel/datasets";
  const { datasets } = lists.parse(await withInstance(env, (client) => client.request({ path })));
  if (json) print(JSON.stringify(datasets, null, 2));
  else if (datasets.length === 0) print("There is none. `lilux flywheel build <name>` makes one.");
  else for (const manifest of datasets) print(oneLine(manifest));
  return EXIT.ok;
}

function oneLine({ version, name, rows, splits, madeAt, staleSince }: DatasetManifest): Styled {
  const counts = SPLITS.map((split) => `${split} ${splits[split] ?? 0}`).join(", ");
  const stale = staleSince === undefined ? "" : `  stale since ${dayOf(staleSince)}`;
  return line`${style.bold(version)}  ${name}  ${rows} rows (${counts})  ${dayOf(madeAt)}${stale}`;
}

/** `lilux flywheel datasheet <version>` */
export async function flywheelDatasheet(
  { env, json, print }: CommandContext,
  [version = ""]: string[],
): Promise<number> {
  const { manifest } = await withInstance(env, (client) => readPage(client, version, -1));
  print(json ? JSON.stringify(manifest, null, 2) : datasheet(manifest));
  return EXIT.ok;
}

/** The usual questions of a datasheet for datasets, as far as the numbers answer them. */
export function datasheet(manifest: DatasetManifest): string {
  const { name, version, turns, sessions, people, from, to, splits, rules, leftOut } = manifest;
  const { checkedAgainst = [], unreadable = [] } = manifest;
  const counted = (counts: Record<string, number>): string =>
    Object.entries(counts)
      .map(([what, count]) => `| ${what} | ${count} |`)
      .join("\n");
  return `# Dataset ${name}, ${version}

**What it is.** ${manifest.rows} lines that people of one tenant sent, each with the call that was meant or was not.
**Where it comes from.** ${turns} turns of ${sessions} sessions by ${people} people, ${from === null ? "none" : `${dayOf(from)} to ${dayOf(to ?? from)}`}, kept with the tenant's consent.
**What was taken out.** What looks private, by redaction ${manifest.redactionVersion} where the consent is "redacted". ${leftOut.repeated} repeated rows, ${leftOut.nearAnotherSplit} that are nearly a line of another split. ${leftOut.overPerson ?? 0} rows of people who had more than a person may (200 to learn from, or 15 % of a split, or an even part where fewer than seven spoke; in what judges the share alone), ${leftOut.overSession ?? 0} of sessions with more than 200.${unreadable.length === 0 ? "" : ` Kept turns that could not be read, by position: ${unreadable.join(", ")}.`}
**What it was checked against.** ${checkedAgainst.length === 0 ? "Nothing: no set of evaluation lines was known." : "Rows that are a line of these sets, nearly one, or have eight of its words in a row were left out."}
${checkedAgainst.map(({ set, lines, leftOut: out }) => `- ${set}: ${lines} lines, ${out} rows left out`).join("\n")}

**How it is split.** By session; of each person's the newest are test, those before validation.

| split | rows |
|---|---|
${counted(splits)}

**How it is labelled.** By what people did, rules version ${manifest.rulesVersion}. A call that ran because it led is no witness of itself.

| rule | rows |
|---|---|
${counted(rules)}

${reviewedSheet(manifest)}

**Made.** ${dayOf(manifest.madeAt)}.${manifest.staleSince === undefined ? "" : ` **Stale** since ${dayOf(manifest.staleSince)}: rows were deleted, so what was trained on it is to be trained anew.`}
**Licence.** None is given: it is the tenant's own.`;
}

/** How far the rules are to be trusted, as far as people looked. */
function reviewedSheet({ reviewed, leftOut, noise = [] }: DatasetManifest): string {
  if (reviewed === undefined) {
    return "**How noisy the labels are.** Nobody has looked: `lilux flywheel review`.";
  }
  const rows = noise.filter((one) => one.reviewed > 0).map(noiseCells);
  return `**How noisy the labels are.** ${reviewed.accepted} were accepted by hand, ${reviewed.fixed} fixed, ${leftOut.rejected ?? 0} rejected and left out.

| rule | judged | wrong | share (95 %) |
|---|---|---|---|
${rows.map((cells) => `| ${cells.join(" | ")} |`).join("\n")}`;
}

/** `lilux flywheel export <version>` */
export async function flywheelExport(
  { env, print }: CommandContext,
  [version = ""]: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const { split, as: form = "rows" } = options;
  if (split !== undefined && !SPLITS.some((known) => known === split)) {
    throw new LiluxError("invalid_request", {
      message: `--split must be one of ${SPLITS.join(", ")}.`,
      details: { field: "split" },
    });
  }
  const wanted = DATASET_FORMS.find((known) => known === form);
  if (wanted === undefined) {
    throw new LiluxError("invalid_request", {
      message: `--as must be one of ${DATASET_FORMS.join(", ")}.`,
      details: { field: "as" },
    });
  }
  const chosen = await withInstance(env, async (client) => {
    const rows: DatasetRow[] = [];
    for await (const row of rowsOf(client, version)) {
      if (split === undefined || row.split === split) rows.push(row);
    }
    return rows;
  });
  for (const value of inForm(chosen, wanted)) print(JSON.stringify(value));
  return EXIT.ok;
}

/** `lilux flywheel diff <before> <after>` */
export async function flywheelDiff(
  { env, json, print }: CommandContext,
  [before = "", after = ""]: string[],
): Promise<number> {
  const [old, young] = await withInstance(env, async (client) => [
    await readAll(client, before),
    await readAll(client, after),
  ]);
  const gone = [...(old ?? [])].filter((row) => young?.has(row) !== true);
  const come = [...(young ?? [])].filter((row) => old?.has(row) !== true);
  if (json) print(JSON.stringify({ gone: gone.length, come: come.length }, null, 2));
  else {
    for (const row of gone) print(`- ${row}`);
    for (const row of come) print(`+ ${row}`);
    print(`${gone.length} rows gone, ${come.length} rows come.`);
  }
  return EXIT.ok;
}

async function readAll(client: RestClient, version: string): Promise<Set<string>> {
  const rows = new Set<string>();
  for await (const row of rowsOf(client, version)) rows.add(JSON.stringify(row));
  return rows;
}

async function* rowsOf(client: RestClient, version: string): AsyncIterable<DatasetRow> {
  for (let after: number | null = -1; after !== null; ) {
    const page: DatasetPage = await readPage(client, version, after);
    yield* page.rows;
    after = page.next;
  }
}

async function readPage(client: RestClient, version: string, after: number): Promise<DatasetPage> {
  const path = `/v1/flywheel/datasets/${encodeURIComponent(version)}?after=${after}`;
  return pages.parse(await client.request({ path }));
}

function dayOf(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}
