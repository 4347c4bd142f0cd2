import { type Bus, subjects } from "@lilux/bus";
import { packFloats, packQuantised, quantise } from "@lilux/core/embedding";

/** What words mean to the fake model: those of one line mean the same. */
const MEANINGS = [
  ["deploy", "production", "ship", "customers"],
  ["csv", "spreadsheet", "table"],
  ["invoice", "bill", "payment"],
];
const WIDTH = MEANINGS.length + 1;

export interface FakeRouter {
  model: string;
  /** Never answers lines while true. */
  hangs: boolean;
  /** Every text that was embedded as an item's, with its tenant. */
  items: { tenant: string; text: string }[];
  lines: number;
  /** How long each of these was. */
  lengths: number[];
}

/** Answers embeddings on a bus as the router does, by the meanings above. */
export function fakeRouter(bus: Bus): FakeRouter {
  const router: FakeRouter = { model: "m1", hangs: false, items: [], lines: 0, lengths: [] };
  bus.respond(subjects.ofAllTenants("embed"), async ({ subject, body }) => {
    const { texts, side } = body as { texts: string[]; side: "item" | "line" };
    const [, , tenant = ""] = subject.split(".");
    if (side === "line") {
      router.lines += 1;
      router.lengths.push(...texts.map(({ length }) => length));
    } else router.items.push(...texts.map((text) => ({ tenant, text })));
    if (router.hangs) await new Promise(() => undefined);
    const embeddings = texts.map(embed);
    const packed =
      side === "line"
        ? packFloats(embeddings, WIDTH)
        : packQuantised(embeddings.map(quantise), WIDTH);
    return { model: router.model, ...packed };
  });
  return router;
}

function embed(text: string): Float32Array {
  const words = text.toLowerCase().split(/[^a-z]+/);
  const counts = MEANINGS.map((same) => words.filter((word) => same.includes(word)).length);
  const vector = [...counts, 0.3];
  const length = Math.hypot(...vector);
  return Float32Array.from(vector, (value) => value / length);
}
