import type {
  AnchorsAnswer,
  Call,
  RouterArtefact,
  StudyAnswer,
  TrialAnswer,
} from "@lilux/protocol";
import { run } from "./turns.ts";

/** What the scripted ranker goes by: how likely a call is by itself, and a feature that it does not weigh. */
const NAMES = ["likely", "told"] as const;
const SHA = "ab".repeat(32);
const ITEMS = ["alpha", "beta", "gamma"] as const;

/**
 * A router of three items and a ranker of two features, that answers studies, trials and questions for
 * anchors. A line "<letter> <item> <number>" is likeliest by itself the item, and is told for by its letter
 * ("x": the next item): a ranker that learns to weigh `told` leads with another item for lines of x.
 */
export function createFittedRouter() {
  const base = { "model.onnx": SHA, "tokenizer.json": SHA };
  const ranker = {
    featureNames: [...NAMES],
    weights: [2, 0],
    temperatures: [{ temperature: 1 }],
  };
  return {
    answer(body: unknown): StudyAnswer | TrialAnswer | AnchorsAnswer {
      if (isOf(body, "study")) return study(body["study"] as { line: string; call: Call | null }[]);
      if (isOf(body, "anchors")) return anchors();
      return trial(body as Parameters<typeof trial>[0]);
    },
  };

  function study(lines: readonly { line: string; call: Call | null }[]): StudyAnswer {
    return {
      encoder: { name: "scripted", version: "1" },
      base,
      ranker,
      lines: lines.map(({ line, call }) => {
        const rows = rowsOf(line);
        const wanted = call?.name === "execute" ? call.arguments.item_id : undefined;
        const place = ITEMS.findIndex((item) => item === wanted);
        return {
          characters: line.length,
          rows: rows.map((row) => [...row]),
          utilities: rows.map(([likely = 0]) => 2 * likely),
          meant: place === -1 ? [] : [place],
        };
      }),
    };
  }

  function trial(asked: {
    artefact: RouterArtefact;
    live?: RouterArtefact;
    lines: { line: string }[];
  }): TrialAnswer {
    const leader = (weights: readonly number[], line: string) => {
      const utilities = rowsOf(line).map((row) =>
        row.reduce((sum, value, at) => sum + value * (weights[at] ?? 0), 0),
      );
      const first = utilities.indexOf(Math.max(...utilities));
      return { call: run(ITEMS[first] ?? "none"), confidence: 0.8 };
    };
    const live = asked.live?.ranker.weights ?? ranker.weights;
    return {
      lines: asked.lines.map(({ line }) => ({
        candidate: leader(asked.artefact.ranker.weights, line),
        live: leader(live, line),
      })),
    };
  }

  function anchors(): AnchorsAnswer {
    return {
      lines: Array.from({ length: 30 }, (_, at) => {
        const item_id = ITEMS[at % ITEMS.length] ?? "alpha";
        return { line: `x ${item_id} ${at}`, item: { item_type: "script", item_id } };
      }),
    };
  }
}

/** Per item: whether the line names it, and whether its letter tells of it. */
function rowsOf(line: string): [number, number][] {
  const [letter = "", named = ""] = line.split(" ");
  const place = ITEMS.findIndex((item) => item === named);
  const told = letter === "x" ? (place + 1) % ITEMS.length : place;
  return ITEMS.map((_, at) => [at === place ? 1 : 0, at === told ? 1 : 0]);
}

function isOf(body: unknown, key: string): body is Record<string, unknown> {
  return typeof body === "object" && body !== null && key in body;
}
