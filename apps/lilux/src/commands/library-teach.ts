import { createParser, LiluxError, type TeachListed, TeachWritten } from "@lilux/protocol";
import type { CommandContext } from "../command-context.ts";
import { EXIT } from "../exit-codes.ts";
import type { Print } from "../output/create-print.ts";
import { line, style } from "../output/styled.ts";
import { createProgress } from "../progress.ts";
import type { RestClient } from "../rest-client.ts";
import { withInstance } from "./instance.ts";
import { type ItemName, itemNameOf, listPhrasings } from "./library-phrasings.ts";

type Written = TeachWritten["items"][number];

const AT_ONCE = 4;
const WITHIN_MS = 310_000;
const ENOUGH = 12;

const parser = createParser(TeachWritten, "the instance's answer", "internal");

/**
 * `lilux library teach`: has the language model write lines for the items that have none, for all
 * (`--all`) or for one (`--item`). Those that are done stay so when it is broken off.
 */
export async function teach(
  { env, json, print }: CommandContext,
  _args: string[],
  options: Record<string, unknown>,
): Promise<number> {
  const dryRun = options["dryRun"] === true;
  return withInstance(env, async (client) => {
    const names = await chosen(client, options);
    const done = await teachAll(client, names, { dryRun });
    if (json) print(JSON.stringify(done, null, 2));
    else tell(print, done, { names, dryRun });
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

async function teachAll(
  client: RestClient,
  names: readonly ItemName[],
  { dryRun }: { dryRun: boolean },
): Promise<Done> {
  const progress = createProgress(process.stderr);
  const done: Done = { model: undefined, tokens: 0, items: [] };
  for (let at = 0; at < names.length; at += AT_ONCE) {
    progress.step(barOf(at, names.length));
    const body = { items: names.slice(at, at + AT_ONCE), dry_run: dryRun };
    try {
      const request = {
        method: "POST",
        path: "/v1/phrasings",
        body,
        deadlineMs: WITHIN_MS,
      } as const;
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
  progress.done(barOf(done.items.length, names.length));
  return done;
}

const BAR = 24;

function barOf(done: number, of: number): string {
  const full = of === 0 ? BAR : Math.round((BAR * done) / of);
  return `teaching ${"█".repeat(full)}${"░".repeat(BAR - full)} ${done} of ${of} items`;
}

function tell(
  print: Print,
  { model, tokens, items, stopped }: Done,
  { names, dryRun }: { names: readonly ItemName[]; dryRun: boolean },
): void {
  if (names.length === 0) {
    print("There is nothing to teach: every item has lines of its author or of a model.");
    return;
  }
  const shown = dryRun || names.length === 1 ? items : items.filter(({ kept }) => !kept);
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
