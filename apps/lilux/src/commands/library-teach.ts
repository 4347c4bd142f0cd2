import { createParser, LiluxError, type TeachListed, TeachWritten } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import type { Print } from "../output/create-print.ts";
import { line, style } from "../output/styled.ts";
import { createProgress } from "../progress.ts";
import type { RestClient } from "../rest-client.ts";
import { withInstance } from "./instance.ts";
import { type ItemName, itemNameOf, listPhrasings } from "./library-phrasings.ts";
import { type PhrasingsFile, readPhrasingsFile, writePhrasingsFile } from "./phrasings-file.ts";

type Written = TeachWritten["items"][number];

const AT_ONCE = 4;
const WITHIN_MS = 310_000;
const ENOUGH = 12;

const parser = createParser(TeachWritten, "the instance's answer", "internal");

/**
 * `lilux library teach`: has the language model write lines for the items that have none, for all
 * (`--all`) or for one (`--item`), or takes over those of a file (`--from`). Those that are done stay
 * so when it is broken off.
 */
export async function teach(
  { env, json, print }: CommandContext,
  _args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const dryRun = options["dryRun"] === true;
  return withInstance(env, async (client) => {
    const { write, from } = options;
    const batches =
      typeof from === "string"
        ? takenFrom(await readPhrasingsFile(from))
        : written(await chosen(client, options), dryRun);
    const done = await teachAll(client, batches);
    if (json) print(JSON.stringify(done, null, 2));
    else tell(print, done, { asked: countOf(batches), dryRun });
    if (typeof write === "string") {
      const count = await writePhrasingsFile(write, await listPhrasings(client));
      if (!json) print(`${write} has the lines of ${count} items now. Ship it beside the library.`);
    }
    return done.stopped === undefined ? EXIT.ok : EXIT.failed;
  });
}

interface Done {
  model: string | undefined;
  tokens: number;
  items: Written[];
  /** Why it came no further. */
  stopped?: string;
}

async function chosen(client: RestClient, options: Record<string, unknown>): Promise<ItemName[]> {
  const named = options["item"];
  if (typeof named === "string") return [itemNameOf(named)];
  const { items } = await listPhrasings(client);
  const isWanted = (known: TeachListed["items"][number]): boolean =>
    known.authored < ENOUGH &&
    (options["all"] === true || (known.lines.length === 0 && known.forgotten !== true));
  return items.filter(isWanted).map(({ key }) => itemNameOf(key));
}

/** What is asked for at once. */
interface Batch {
  method: "POST" | "PUT";
  body: { items: readonly ItemName[] };
}

/** As many as the model can write for in one answer. */
function written(names: readonly ItemName[], dryRun: boolean): Batch[] {
  return inPieces(names).map((items) => {
    const body = { items, dry_run: dryRun };
    return { method: "POST", body };
  });
}

function takenFrom({ items }: PhrasingsFile): Batch[] {
  const byModel = Map.groupBy(Object.entries(items), ([, { model }]) => model);
  return [...byModel].flatMap(([model, entries]) =>
    inPieces(entries).map((piece): Batch => {
      const named = piece.map(([key, { textHash, lines }]) => {
        return { ...itemNameOf(key), textHash, lines };
      });
      const body = { model, items: named };
      return { method: "PUT", body };
    }),
  );
}

function inPieces<T>(all: readonly T[]): T[][] {
  return Array.from({ length: Math.ceil(all.length / AT_ONCE) }, (_, at) =>
    all.slice(at * AT_ONCE, (at + 1) * AT_ONCE),
  );
}

function countOf(batches: readonly Batch[]): number {
  return batches.reduce((sum, { body }) => sum + body.items.length, 0);
}

async function teachAll(client: RestClient, batches: readonly Batch[]): Promise<Done> {
  const progress = createProgress(process.stderr, "teaching");
  const all = countOf(batches);
  const done: Done = { model: undefined, tokens: 0, items: [] };
  for (const { method, body } of batches) {
    progress.step(barOf(done.items.length, all));
    try {
      const request = { method, path: "/v1/phrasings", body, deadlineMs: WITHIN_MS };
      const { model, tokens, items } = parser.parse(await client.request(request));
      done.model = model;
      done.tokens += tokens;
      done.items.push(...items);
    } catch (error) {
      // What is done is kept, and told.
      if (done.items.length === 0) throw error;
      done.stopped = LiluxError.from(error).message;
      break;
    }
  }
  progress.done(barOf(done.items.length, all));
  return done;
}

const BAR = 24;

function barOf(done: number, of: number): string {
  const full = of === 0 ? BAR : Math.round((BAR * done) / of);
  return `${"█".repeat(full)}${"░".repeat(BAR - full)} ${done} of ${of} items`;
}

function tell(
  print: Print,
  { model, tokens, items, stopped }: Done,
  { asked, dryRun }: { asked: number; dryRun: boolean },
): void {
  if (asked === 0) {
    print("There is nothing to teach: every item has lines of its author or of a model.");
    return;
  }
  const shown = dryRun || asked === 1 ? items : items.filter(({ kept }) => !kept);
  for (const { key, lines, dropped, kept } of shown) {
    const state = dryRun ? "" : kept ? "" : " (not kept: too few lines are of use)";
    print(line`${style.bold(key)}${style.yellow(state)}`);
    for (const text of lines) print(line`    ${text}`);
    for (const { line: text, fault } of dropped) {
      print(line`    ${style.dim(`- ${text} (${fault.replaceAll("_", " ")})`)}`);
    }
  }
  const kept = items.filter((item) => item.kept);
  const count = kept.reduce((sum, { lines }) => sum + lines.length, 0);
  print(
    dryRun
      ? `Nothing is kept of a dry run. ${tokens} tokens of ${model ?? "no model"}.`
      : `${kept.length} items have ${count} lines by ${model ?? "no model"} now. ${tokens} tokens.`,
  );
  if (stopped !== undefined) print(style.yellow(`It stopped there: ${stopped}`));
}
