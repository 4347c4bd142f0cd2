import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { RouterModel } from "../model/router-model.ts";

export interface RouterModelContract {
  name: string;
  open(): Promise<RouterModel>;
}

const soon = () => ({ deadlineAt: Date.now() + 10_000 });

const LINES = [
  "find email scr",
  "Run deploy_to-staging/foo.py  now!",
  "öffne das Handbuch für die Datenbank",
  "部署 staging 服务",
  "👍 delete it\u0000\u200b?",
  "x".repeat(7_000),
  "word ".repeat(1_500),
];

/** What every `RouterModel` guarantees; each implementation runs it. */
export function describeRouterModel({ name, open }: RouterModelContract): void {
  describe(`RouterModel: ${name}`, () => {
    let model: RouterModel;
    beforeAll(async () => {
      model = await open();
    });
    afterAll(() => model.close());

    it("reads any text, with probabilities that sum to one and a word for each query logit", async () => {
      for (const text of LINES) {
        const reading = await model.readLine(text, soon());
        expect(reading.words.length).toBe(reading.queryLogits.length);
        expect(reading.words.length).toBeLessThanOrEqual(model.capabilities.textTokensMax);
        expect(reading.queryLogits.every(Number.isFinite)).toBe(true);
        for (const group of groupsOf(reading)) expect(sumOf(group)).toBeCloseTo(1, 4);
        expect(reading.reference).toBeGreaterThanOrEqual(0);
        expect(reading.reference).toBeLessThanOrEqual(1);
      }
    });

    it("reads an empty line as a line without words", async () => {
      for (const text of ["", "  \t "]) {
        expect((await model.readLine(text, soon())).words).toEqual([]);
      }
    });

    it("reads equal text equally, whatever else runs", async () => {
      const alone = await model.readLine("open the deploy runbook", soon());
      const others = LINES.map((text) => model.readLine(text, soon()));
      const among = await model.readLine("open the deploy runbook", soon());
      await Promise.all(others);
      expect(among).toEqual(alone);
    });

    it("replaces a waiting line by a newer one of its key", async () => {
      // Several busy lines first, so that the keyed ones have to wait.
      const busy = Array.from({ length: 12 }, () => model.readLine("busy", soon()));
      const typed = ["f", "fi", "fin", "find"].map((text) =>
        model.readLine(text, { ...soon(), key: "one session" }),
      );
      const outcomes = await Promise.allSettled(typed);
      await Promise.all(busy);
      expect(outcomes.at(-1)).toMatchObject({ status: "fulfilled", value: { words: ["find"] } });
      const replaced = outcomes.slice(0, -1).filter(({ status }) => status === "rejected");
      expect(replaced.length).toBeGreaterThan(0);
      for (const outcome of replaced)
        expect(outcome).toMatchObject({ reason: { code: "cancelled" } });
    });

    it("does not begin a line after its deadline, nor after its caller gave up", async () => {
      const past = model.readLine("late", { deadlineAt: Date.now() - 1 });
      await expect(past).rejects.toMatchObject({ code: "deadline_exceeded" });
      const signal = AbortSignal.abort();
      await expect(model.readLine("given up", { ...soon(), signal })).rejects.toMatchObject({
        code: "cancelled",
      });
    });

    it("embeds items to unit length in order, or says that it does not", async () => {
      const texts = ["directive: deploy staging", "script: csv to json", ""];
      const width = model.capabilities.embeddingDimensions;
      if (width === undefined) {
        await expect(model.readItems(texts)).rejects.toMatchObject({ code: "not_available_yet" });
        expect((await model.readLine("find", soon())).embedding).toBeUndefined();
        return;
      }
      const embeddings = (await model.readItems(texts)).map(({ embedding }) => embedding);
      expect(embeddings).toHaveLength(texts.length);
      const [again] = await model.readItems(texts.slice(1, 2));
      expect(embeddings[1]).toEqual(again?.embedding);
      const line = (await model.readLine("find", soon())).embedding;
      for (const vector of [...embeddings, line ?? new Float32Array()]) {
        expect(vector).toHaveLength(width);
        expect(Math.hypot(...vector)).toBeCloseTo(1, 3);
      }
      await expect(model.readItems([])).resolves.toEqual([]);
    });

    it("answers a line while many items wait", async () => {
      const ended = new AbortController();
      const texts = Array.from({ length: 400 }, (_, at) => `script: item number ${at}`);
      const items = model.readItems(texts, { signal: ended.signal });
      items.catch(() => undefined);
      const waitingBefore = model.load().waitingItems;
      await model.readLine("find email", soon());
      if (model.capabilities.embeddingDimensions !== undefined) {
        expect(waitingBefore).toBeGreaterThan(0);
        expect(model.load().waitingItems).toBeGreaterThan(0);
      }
      ended.abort();
      await expect(items).rejects.toMatchObject({ code: expect.any(String) });
    });

    it("finishes what it was given before it closes, and takes nothing after", async () => {
      const closing = await open();
      const begun = Array.from({ length: 5 }, (_, at) => closing.readLine(`line ${at}`, soon()));
      const closed = closing.close();
      await expect(closing.readLine("late", soon())).rejects.toMatchObject({
        code: "shutting_down",
      });
      await Promise.all(begun);
      await closed;
      await closing.close();
    });
  });
}

type Reading = Awaited<ReturnType<RouterModel["readLine"]>>;

function groupsOf(reading: Reading): Record<string, number>[] {
  const { logPrimitive, logItemType, logAction, logSearchSource, logLoadSource } = reading;
  return [logPrimitive, logItemType, logAction, logSearchSource, logLoadSource];
}

function sumOf(logs: Record<string, number>): number {
  return Object.values(logs).reduce((sum, log) => sum + Math.exp(log), 0);
}
