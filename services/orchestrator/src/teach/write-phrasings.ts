import { createParser, DEFAULT_THRESHOLDS, LiluxError, type Tenant } from "@lilux/protocol";
import type { LanguageModel, RouterView } from "../model/language-model.ts";
import type { ItemText } from "./library-texts.ts";
import { teachMessages, teachTokensMax, WrittenLines } from "./teach-prompt.ts";

export interface WritePhrasings {
  tenant: Tenant;
  entries: readonly ItemText[];
  signal: AbortSignal;
  /** Hears what each request used, also of those that came to nothing. */
  onTokens?(tokens: number): void;
}

/** What the model wrote, unchecked. */
export interface Written {
  lines: Map<ItemText, readonly string[]>;
  model: string;
}

/** Until the first sign of an answer; nobody waits for it. */
const FIRST_TOKEN_MS = 60_000;
const NO_LINE: RouterView = {
  text: "",
  prediction: undefined,
  leader: undefined,
  thresholds: DEFAULT_THRESHOLDS,
};

const parser = createParser(WrittenLines, "phrasings", "llm_rejected");

/**
 * Asks once for all, and where that answer is of no use or was cut off once for each: an item that
 * spoils an answer spoils its own alone. Rejects when the model does not answer at all.
 */
export async function writePhrasings(
  model: LanguageModel,
  { tenant, entries, signal, onTokens }: WritePhrasings,
): Promise<Written> {
  const ofTenant = model.forTurn?.({ tenant }) ?? model;
  const written: Written = { lines: new Map(), model: model.name };
  await writeFor(entries);
  const missing = entries.filter((entry) => !written.lines.has(entry));
  if (entries.length > 1) for (const entry of missing) await writeFor([entry]);
  return written;

  async function writeFor(asked: readonly ItemText[]): Promise<void> {
    try {
      const answer = await ofTenant.structured(
        {
          messages: teachMessages(asked.map(({ item }) => item)),
          name: "phrasings",
          schema: WrittenLines,
          tokensMax: teachTokensMax(asked.length),
          router: NO_LINE,
          firstTokenMs: FIRST_TOKEN_MS,
          origin: { tenant },
          teaches: true,
          onSpent({ promptTokens = 0, completionTokens = 0 }) {
            onTokens?.(promptTokens + completionTokens);
          },
        },
        signal,
      );
      written.model = ofTenant.name;
      for (const { n, lines } of parser.parse(answer).items) {
        const entry = asked[n - 1];
        if (entry !== undefined) written.lines.set(entry, lines);
      }
    } catch (error) {
      if (!isUseless(error)) throw error;
    }
  }
}

/** It answered, and not what it was asked. */
function isUseless(error: unknown): boolean {
  const { code, details } = LiluxError.from(error);
  if (code === "llm_incomplete" || code === "llm_context_full") return true;
  // Servers that refuse the request are none of the answer's: a wrong key stays wrong.
  return code === "llm_rejected" && details?.["reason"] === undefined;
}
