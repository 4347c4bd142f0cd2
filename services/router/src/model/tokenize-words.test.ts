import { readFileSync } from "node:fs";
import { join } from "node:path";
import { Tokenizer } from "@huggingface/tokenizers";
import { describe, expect, it } from "vitest";
import { shippedModel } from "../testing/shipped-model.ts";
import { createWordTokenizer } from "./tokenize-words.ts";

const read = (name: string) => JSON.parse(readFileSync(join(shippedModel(), name), "utf8"));
const files = [read("tokenizer.json"), read("tokenizer_config.json")] as const;
const whole = new Tokenizer(...files);
const byWords = createWordTokenizer(...files);

describe("createWordTokenizer", () => {
  it("gives the ids of the whole line", () => {
    const lines = [
      "find email scr",
      "  Run\tdeploy_to-staging/foo.py   éà now!  ",
      "日本 deploy を run",
      "👍 x\u0000y \u200b z",
      "İstanbul straße don't (really)…",
      "a.b@c.com,http://x.y/?q=1&z",
      "",
    ];
    for (const line of lines) {
      expect(byWords.tokenize(line, 512).ids).toEqual(whole.encode(line).ids);
    }
  });

  it("knows the word of each token", () => {
    const { words, wordOfToken } = byWords.tokenize(" email  enrichment-tool ", 64);
    expect(words).toEqual(["email", "enrichment-tool"]);
    expect(wordOfToken[0]).toBe(-1);
    expect(wordOfToken.at(-1)).toBe(-1);
    expect(new Set(wordOfToken)).toEqual(new Set([-1, 0, 1]));
  });

  it("cuts to its limit and keeps the closing token", () => {
    const { ids } = byWords.tokenize("word ".repeat(200), 64);
    expect(ids).toHaveLength(64);
    expect(ids.at(-1)).toBe(whole.encode("").ids.at(-1));
  });
});
