import {
  type Bus,
  type BusMessage,
  type Subscription,
  subjects,
  tenantOfSubject,
} from "@lilux/bus";
import { phrasesOf } from "@lilux/core/embedding";
import type { PhrasingBook } from "@lilux/core/teaching";
import {
  createParser,
  type KnownPhrasings,
  LiluxError,
  type TeachForgotten,
  type TeachingState,
  type TeachListed,
  TeachRequest,
  type TeachWritten,
  type Tenant,
} from "@lilux/protocol";
import { type ItemText, isAuthored, type LibraryTexts } from "./library-texts.ts";
import { keep, type TaughtBatch, type TeachBatchDeps, teachBatch } from "./teach-batch.ts";
import { judgeLines } from "./teach-items.ts";

export interface ServeTeachingDeps extends TeachBatchDeps {
  bus: Pick<Bus, "request" | "respond">;
  library(tenant: Tenant): Promise<LibraryTexts | undefined>;
  hasModel: boolean;
  stateOf(tenant: Tenant): TeachingState;
  /** Ends what is in work. */
  ending: AbortSignal;
}

type RequestOf<D extends TeachRequest["do"]> = Extract<TeachRequest, { do: D }>;

const QUEUE = "orchestrator";
const PAGE = 50;

const parser = createParser(TeachRequest, "teach request");

/** Teaching by hand: what was written, writing it now, and forgetting it. */
export function serveTeaching(deps: ServeTeachingDeps): Subscription {
  return deps.bus.respond(subjects.ofAllTenants("teach"), (message) => answer(message, deps), {
    queue: QUEUE,
  });
}

async function answer({ subject, body }: BusMessage, deps: ServeTeachingDeps): Promise<unknown> {
  const tenant = tenantOfSubject(subject);
  const request = parser.parse(body);
  const library = await deps.library(tenant);
  if (library === undefined) throw new LiluxError("kiwi_unavailable");
  switch (request.do) {
    case "write":
      return write(deps, { tenant, library, request });
    case "take":
      return take(deps, { tenant, library, request });
    case "list":
      return list(deps, { tenant, library, request });
    case "forget":
      return forget(deps, { tenant, library, request });
  }
}

interface Asked<D extends TeachRequest["do"]> {
  tenant: Tenant;
  library: LibraryTexts;
  request: RequestOf<D>;
}

async function write(
  deps: ServeTeachingDeps,
  { tenant, library, request }: Asked<"write">,
): Promise<TeachWritten> {
  const entries = request.items.map((item) => library.resolve(item));
  if (!deps.hasModel) {
    const message =
      "No language model is configured, so nobody can write lines for items. Set LILUX_LLM_URL, or write `examples` into the items.";
    throw new LiluxError("llm_unavailable", { message });
  }
  const { dryRun = false } = request;
  const batch = { tenant, library, entries, dryRun, signal: deps.ending };
  const { items, model, tokens } = await teachBatch(deps, batch);
  return {
    model,
    tokens,
    items: items.map(shownOf),
  };
}

/** What was written for another text than the item has now is not looked at. */
async function take(
  deps: ServeTeachingDeps,
  { tenant, library, request: { model, items: asked } }: Asked<"take">,
): Promise<TeachWritten> {
  const given = asked.map(({ lines, textHash, ...item }) => {
    const entry = library.resolve(item);
    return { entry, lines: entry.textHash === textHash ? lines : [] };
  });
  const judged = await judgeLines(deps.bus, { tenant, given, signal: deps.ending });
  const items = await keep(deps, { tenant, library, items: judged, model });
  return { model, tokens: 0, items: items.map(shownOf) };
}

function shownOf({
  entry: { key },
  lines,
  dropped,
  kept,
}: TaughtBatch["items"][number]): TeachWritten["items"][number] {
  return { key, lines, dropped, kept };
}

async function list(
  { taught, stateOf }: ServeTeachingDeps,
  { tenant, library, request }: Asked<"list">,
): Promise<TeachListed> {
  const book = await taught.of(tenant);
  const all = [...library.entries()];
  const { item, offset = 0, limit = PAGE } = request;
  const wanted = item === undefined ? all : [library.resolve(item)];
  const known = wanted.map((text) => knownOf(text, book));
  const standing = all.map((text) => standingOf(text, book));
  const countOf = (one: Standing): number => standing.filter((each) => each === one).length;
  const nextOffset = offset + limit < known.length ? offset + limit : undefined;
  return {
    total: all.length,
    taught: countOf("taught"),
    authored: countOf("authored"),
    open: countOf("open"),
    teaching: stateOf(tenant),
    items: known.slice(offset, offset + limit),
    ...(nextOffset === undefined ? {} : { nextOffset }),
  };
}

async function forget(
  { taught, clock }: ServeTeachingDeps,
  { tenant, library, request: { item } }: Asked<"forget">,
): Promise<TeachForgotten> {
  const book = await taught.of(tenant);
  const textHash = item === undefined ? undefined : library.resolve(item).textHash;
  const forgotten = textHash === undefined ? book.size : book.of(textHash) === undefined ? 0 : 1;
  const at = Math.floor(clock.unix());
  await taught.add(tenant, {
    type: "forgotten",
    at,
    ...(textHash === undefined ? {} : { textHash }),
  });
  return { forgotten };
}

type Standing = "taught" | "authored" | "forgotten" | "open";

function standingOf(text: ItemText, book: PhrasingBook): Standing {
  if (book.of(text.textHash) !== undefined) return "taught";
  if (isAuthored(text)) return "authored";
  return book.isForgotten(text.textHash) ? "forgotten" : "open";
}

function knownOf({ key, item, textHash }: ItemText, book: PhrasingBook): KnownPhrasings {
  const written = book.of(textHash);
  return {
    key,
    textHash,
    authored: phrasesOf(item).length,
    lines: [...(written?.lines ?? [])],
    ...(written === undefined ? {} : { model: written.model, at: written.at }),
    ...(book.isForgotten(textHash) ? { forgotten: true } : {}),
  };
}
