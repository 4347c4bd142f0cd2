import { type ItemSummary, LiluxError } from "@lilux/protocol";
import { createLineRouter, type LineRouter, type RouterModel } from "@lilux/router";
import { callFigures, isAllSaid, type JudgedLine } from "./call-figures.ts";
import { chance } from "./chance.ts";
import type { Dataset, EvaluationLine, WantedCall } from "./dataset.ts";
import { judgedLine } from "./evaluate-router.ts";
import { createJudge } from "./match-call.ts";
import { percent } from "./summarise-report.ts";

export interface LibrarySizeFigures {
  items: number;
  lines: number;
  right: number | null;
  noCallRecall: number | null;
  ranAtOnce: number;
  rightAtOnce: number | null;
}

interface SizesOptions {
  dataset: Dataset;
  /** Items of nobody's lines, for libraries larger than the set's own. */
  distractors: readonly ItemSummary[];
  sizes: readonly number[];
  model: RouterModel;
  cacheDirectory?: string | undefined;
}

/**
 * The same lines over libraries of several sizes: a smaller one holds the item that a line means and others
 * of the set, a larger one the whole set and distractors.
 */
export async function librarySizes(options: SizesOptions): Promise<LibrarySizeFigures[]> {
  const figures: LibrarySizeFigures[] = [];
  for (const size of options.sizes) figures.push(await atSize(options, size));
  return figures;
}

async function atSize(
  { dataset, distractors, model, cacheDirectory }: SizesOptions,
  size: number,
): Promise<LibrarySizeFigures> {
  const parts =
    size < dataset.items.length
      ? smaller(dataset, size)
      : [{ items: larger(dataset.items, distractors, size), lines: dataset.lines }];
  const judged: JudgedLine[] = [];
  let held: number | undefined;
  const found: { entry: JudgedLine; router: LineRouter }[] = [];
  for (const { items, lines } of parts) {
    const router = await createLineRouter(items, {
      model,
      cacheDirectory,
      fills: dataset.hasDeclaredInputs,
    });
    held ??= router.library.size;
    const { act } = model.manifest.thresholds;
    for (const line of lines) {
      const entry = await judgedLine(line, { router, answersOf: (ranked) => ranked, act });
      judged.push(entry);
      found.push({ entry, router });
    }
  }
  const isRight = ({ entry, router }: (typeof found)[number]): boolean =>
    isAllSaid(entry, createJudge(router.library, dataset));
  const first = found[0]?.router.library ?? { resolve: () => undefined };
  const { top1Acceptable, noCallRecall } = callFigures(judged, createJudge(first, dataset));
  const atOnce = found.filter(({ entry }) => entry.runsAtOnce);
  return {
    items: held ?? 0,
    lines: judged.length,
    right: top1Acceptable,
    noCallRecall,
    ranAtOnce: atOnce.length,
    rightAtOnce: atOnce.length === 0 ? null : atOnce.filter(isRight).length / atOnce.length,
  };
}

/** One library for each item that lines mean; lines that mean none are shared out among them. */
function smaller(
  { items, lines }: Dataset,
  size: number,
): { items: ItemSummary[]; lines: EvaluationLine[] }[] {
  const byItem = new Map<ItemSummary, EvaluationLine[]>();
  const meant = items.filter((item) => lines.some(({ call }) => isOf(call, item)));
  for (const line of lines) {
    const own = meant.find((item) => isOf(line.call, item));
    const item = own ?? meant[Math.floor(chance(line.id, "library") * meant.length)];
    if (item !== undefined) byItem.set(item, [...(byItem.get(item) ?? []), line]);
  }
  return [...byItem].map(([item, own]) => {
    const others = items
      .filter((other) => other !== item)
      .sort((a, b) => chance(a.qualified_id, item.item_id) - chance(b.qualified_id, item.item_id));
    return { items: [item, ...others.slice(0, size - 1)], lines: own };
  });
}

function isOf(call: WantedCall, { item_type, item_id }: ItemSummary): boolean {
  if (call.name === null || call.name === "search") return false;
  const { arguments: given } = call;
  return given.item_type === item_type && given.item_id.split("/").at(-1) === item_id;
}

function larger(
  items: readonly ItemSummary[],
  distractors: readonly ItemSummary[],
  size: number,
): ItemSummary[] {
  const known = new Set(items.map(({ item_type, item_id }) => `${item_type}:${item_id}`));
  const others = distractors.filter(
    ({ item_type, item_id }) => !known.has(`${item_type}:${item_id}`),
  );
  const all = [...items, ...others];
  if (all.length >= size) return all.slice(0, size);
  throw new LiluxError("invalid_request", {
    message: `There are ${all.length} items for a library of ${size}. Name a file of more with --distractors; \`npm run bench -- items\` writes one.`,
  });
}

/** One line a size. */
export function describeSizes(figures: readonly LibrarySizeFigures[]): string {
  return figures
    .map(
      ({ items, lines, right, noCallRecall, ranAtOnce, rightAtOnce }) =>
        `${String(items).padStart(7)} items  right ${percent(right)} of ${lines}, no-call recall ${percent(noCallRecall)}, right among ${ranAtOnce} run at once ${percent(rightAtOnce)}`,
    )
    .join("\n");
}
