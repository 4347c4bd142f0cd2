import type { JudgedLine } from "./call-figures.ts";
import type { Judge } from "./match-call.ts";

export interface Confusion {
  meant: string;
  led: string;
  count: number;
}

export interface Mistake {
  id: string;
  text: string;
  meant: string;
  led: string;
  confidence: number;
}

const CONFUSIONS_MAX = 30;
const MISTAKES_MAX = 200;

function kindOf(call: { name: string | null; arguments?: object }): string {
  const given = (call.arguments ?? {}) as { item_type?: string; action?: string };
  if (call.name === null) return "no call";
  const action = given.action === undefined ? "" : ` ${given.action}`;
  return `${call.name} ${given.item_type ?? ""}${action}`;
}

/** The most frequent mistakes, by what was meant and what led. */
export function confusionsOf(judged: readonly JudgedLine[], judge: Judge): Confusion[] {
  const counts = new Map<string, Confusion>();
  for (const { line, leader } of judged) {
    if (judge.isAcceptable(leader, line)) continue;
    const meant = kindOf(line.call);
    const found = kindOf(leader ?? { name: null });
    // The kind is right, so that it is the item or the query that is wrong.
    const led =
      meant === found ? `${found}, other ${leader?.name === "search" ? "query" : "item"}` : found;
    const entry = counts.get(`${meant}\n${led}`) ?? { meant, led, count: 0 };
    entry.count += 1;
    counts.set(`${meant}\n${led}`, entry);
  }
  return [...counts.values()].sort((a, b) => b.count - a.count).slice(0, CONFUSIONS_MAX);
}

/** The mistakes made with most confidence. */
export function mistakesOf(judged: readonly JudgedLine[], judge: Judge): Mistake[] {
  return judged
    .filter(({ line, leader }) => !judge.isAcceptable(leader, line))
    .sort((a, b) => b.confidence - a.confidence)
    .slice(0, MISTAKES_MAX)
    .map(({ line, leader, confidence }) => ({
      id: line.id,
      text: line.text,
      meant: describe(line.call),
      led: describe(leader ?? { name: null }),
      confidence,
    }));
}

function describe(call: { name: string | null; arguments?: object }): string {
  return call.name === null ? "no call" : `${call.name} ${JSON.stringify(call.arguments)}`;
}
