import { readFile, writeFile } from "node:fs/promises";
import { itemTextOf } from "@lilux/core/embedding";
import type { Decider } from "@lilux/orchestrator";
import { Call, createParser, LiluxError } from "@lilux/protocol";
import type { LineRouter } from "@lilux/router";
import { type Static, Type } from "typebox";

/** A doubtful line as a file asks about it: which of its calls, or none of them? */
const DecisionQuestion = Type.Object({
  id: Type.String(),
  line: Type.String(),
  earlier: Type.Array(Type.String()),
  calls: Type.Array(
    Type.Object({
      call: Call,
      /** The text of the item that it is about; null of a search and of what is yet to be made. */
      item: Type.Union([Type.String(), Type.Null()]),
    }),
  ),
});
type DecisionQuestion = Static<typeof DecisionQuestion>;

const DecisionAnswer = Type.Object({
  id: Type.String(),
  /** Of each call in the order of the question, and at the end of none of them. */
  probabilities: Type.Array(Type.Number({ minimum: 0, maximum: 1 }), { minItems: 2 }),
  model: Type.String({ minLength: 1 }),
});
const answerParser = createParser(DecisionAnswer, "answers");

type FileDecider = Pick<Decider, "ask" | "pool">;

/** Whoever is asked is written down instead, for something that is no model server. */
export function recordQuestions({ library }: Pick<LineRouter, "library">): {
  decider: FileDecider;
  write(file: string): Promise<number>;
} {
  const questions: DecisionQuestion[] = [];
  const itemOf = (call: Call): string | null => {
    if (call.name === "search") return null;
    const found = library.resolve(call.arguments.item_type, call.arguments.item_id);
    const item = found === undefined ? undefined : library.entry(found.key)?.item;
    return item === undefined ? null : itemTextOf(item);
  };
  return {
    decider: {
      pool: "a file",
      async ask({ line, earlier, candidates, prediction }) {
        const calls = candidates.map(({ call }) => ({ call, item: itemOf(call) }));
        questions.push({ id: prediction.predictionId, line, earlier: [...earlier], calls });
        throw new LiluxError("llm_unavailable", { message: "It was written down." });
      },
    },
    async write(file) {
      const rows = questions.map((question) => `${JSON.stringify(question)}\n`);
      await writeFile(file, rows.join(""));
      return questions.length;
    },
  };
}

/** What was answered elsewhere. Throws `invalid_request` for a row that is no answer. */
export async function answersFrom(file: string): Promise<FileDecider> {
  const answers = new Map<string, Static<typeof DecisionAnswer>>();
  for (const [at, row] of (await readFile(file, "utf8")).split("\n").entries()) {
    if (row.trim() === "") continue;
    const answer = parsed(row, `${file}:${at + 1}`);
    answers.set(answer.id, answer);
  }
  return {
    pool: file,
    async ask({ prediction: { predictionId: id }, candidates }) {
      const answer = answers.get(id);
      const isWhole = answer?.probabilities.length === candidates.length + 1;
      if (answer !== undefined && isWhole) return { ...answer, form: "decisions" };
      const message = `${file} answers ${answer === undefined ? "nothing" : "for another number of calls"} to ${id}.`;
      throw new LiluxError("llm_rejected", { message });
    },
  };
}

function parsed(row: string, where: string): Static<typeof DecisionAnswer> {
  try {
    return answerParser.parse(JSON.parse(row));
  } catch (error) {
    const reason = error instanceof Error ? error.message : "is not JSON";
    throw new LiluxError("invalid_request", { message: `${where}: ${reason}` });
  }
}
