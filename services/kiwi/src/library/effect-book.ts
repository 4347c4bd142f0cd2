import {
  type EffectFinding,
  effectiveEffect,
  type ItemFacts,
  type NamedItem,
} from "@lilux/core/consent";
import type { Standing, StandingChange } from "@lilux/library-index";
import type { ItemSummary, ItemType } from "@lilux/protocol";
import type { FileFacts } from "./facts-of-item.ts";
import type { FileRecord, RecordChange } from "./source-folder.ts";

/**
 * The classes of a library's items, which depend on one another: a directive is
 * as severe as what its steps can reach. Kept up change by change; what a change
 * costs grows with what leads to it, not with the library.
 */
export interface EffectBook {
  /** The same changes with effective classes, and those of items whose class changes with them. */
  apply(changes: readonly RecordChange[]): StandingChange[];
  /** The class of an item with these facts, as the library stands. */
  effectOf(facts: FileFacts): EffectFinding;
  /** Hashes of the texts that its steps can reach, in order. */
  reachedFrom(facts: FileFacts): string[];
  /** A file's item as it is listed. */
  summaryOf(record: FileRecord | undefined): ItemSummary | undefined;
}

const REACHED_MAX = 256;

export function createEffectBook(): EffectBook {
  return new Book();
}

class Book implements EffectBook {
  readonly #standings = new Map<FileRecord, Standing>();
  /** Under `type:id`, bare and qualified. */
  readonly #byName = new Map<string, Set<FileRecord>>();
  readonly #dependents = new Map<string, Set<FileRecord>>();

  apply(changes: readonly RecordChange[]): StandingChange[] {
    const result: StandingChange[] = [];
    const names = new Set<string>();
    for (const { before, after } of changes) {
      const change = { before: this.#take(before), after: this.#put(after) };
      for (const record of [before, after]) for (const name of namesOf(record)) names.add(name);
      result.push(change);
    }
    for (const record of this.#leadingTo(names)) {
      const before = this.#standings.get(record);
      const after = this.#standingOf(record);
      if (isSameClass(before, after)) continue;
      this.#standings.set(record, after);
      result.push({ before, after });
    }
    return result;
  }

  effectOf(facts: FileFacts): EffectFinding {
    return effectiveEffect(facts, (named) => this.#lookUp(named));
  }

  reachedFrom(facts: FileFacts): string[] {
    const seen = new Set<ItemFacts>([facts]);
    for (const at of seen) {
      for (const named of at.named) {
        if (named.by === "step") for (const next of this.#lookUp(named) ?? []) seen.add(next);
      }
      if (seen.size > REACHED_MAX) break;
    }
    const [, ...reached] = seen;
    return reached
      .flatMap((item) =>
        "contentHash" in item ? [`${item.label} ${String(item.contentHash)}`] : [],
      )
      .sort();
  }

  summaryOf(record: FileRecord | undefined): ItemSummary | undefined {
    return record === undefined ? undefined : this.#standings.get(record)?.summary;
  }

  /** Undefined for a stranger's item that is not in the library. */
  #lookUp({ item_type, item_id }: NamedItem): FileFacts[] | undefined {
    const types: ItemType[] = item_type === undefined ? ["script", "directive"] : [item_type];
    const found = types.flatMap((type) => [...(this.#byName.get(`${type}:${item_id}`) ?? [])]);
    if (found.length === 0 && item_id.startsWith("@")) return undefined;
    return found.flatMap(({ facts }) => facts ?? []);
  }

  #take(record: FileRecord | undefined): Standing | undefined {
    if (record === undefined) return undefined;
    for (const name of namesOf(record)) drop(this.#byName, name, record);
    for (const name of namedBy(record)) drop(this.#dependents, name, record);
    const standing = this.#standings.get(record);
    this.#standings.delete(record);
    return standing;
  }

  #put(record: FileRecord | undefined): Standing | undefined {
    if (record === undefined) return undefined;
    for (const name of namesOf(record)) add(this.#byName, name, record);
    for (const name of namedBy(record)) add(this.#dependents, name, record);
    const standing = this.#standingOf(record);
    this.#standings.set(record, standing);
    return standing;
  }

  #standingOf({ summary, broken, facts }: FileRecord): Standing {
    if (summary === undefined || facts === undefined) return { summary, broken };
    const { effect, reason } = this.effectOf(facts);
    return { summary: withEffect(summary, effect, reason), broken };
  }

  /** All whose class may depend on what has one of these names, at any distance. */
  #leadingTo(names: ReadonlySet<string>): Set<FileRecord> {
    const found = new Set<FileRecord>();
    const toLookAt = new Set(names);
    for (const name of toLookAt) {
      for (const record of this.#dependents.get(name) ?? []) {
        found.add(record);
        for (const next of namesOf(record)) toLookAt.add(next);
      }
    }
    return found;
  }
}

export function withEffect(
  summary: ItemSummary,
  effect: ItemSummary["effect"],
  effect_reason: string | undefined,
): ItemSummary {
  const { effect_reason: _was, ...rest } = summary;
  return { ...rest, effect, ...(effect_reason === undefined ? {} : { effect_reason }) };
}

function isSameClass(before: Standing | undefined, after: Standing): boolean {
  return (
    before?.summary?.effect === after.summary?.effect &&
    before?.summary?.effect_reason === after.summary?.effect_reason
  );
}

function namesOf(record: FileRecord | undefined): string[] {
  if (record === undefined) return [];
  const { item_type, item_id, qualified_id } = record.place;
  return [...new Set([`${item_type}:${item_id}`, `${item_type}:${qualified_id}`])];
}

function namedBy({ facts }: FileRecord): string[] {
  return (facts?.named ?? []).flatMap(({ item_type, item_id }) =>
    item_type === undefined
      ? [`script:${item_id}`, `directive:${item_id}`]
      : [`${item_type}:${item_id}`],
  );
}

function add(map: Map<string, Set<FileRecord>>, name: string, record: FileRecord): void {
  const held = map.get(name);
  if (held === undefined) map.set(name, new Set([record]));
  else held.add(record);
}

function drop(map: Map<string, Set<FileRecord>>, name: string, record: FileRecord): void {
  const held = map.get(name);
  held?.delete(record);
  if (held?.size === 0) map.delete(name);
}
