import { describe, expect, it } from "vitest";
import type { LexicalDocument } from "./lexical-fields.ts";
import { createLexicalIndex, type LexicalIndex } from "./lexical-index.ts";

function documentOf(id: string, given: Partial<LexicalDocument> = {}): LexicalDocument {
  return {
    key: `script:${id}`,
    item_type: "script",
    id,
    name: id,
    description: "",
    tags: [],
    category: "",
    inputs: [],
    ...given,
  };
}

function indexOf(...documents: LexicalDocument[]): LexicalIndex {
  const index = createLexicalIndex();
  for (const document of documents) index.put(document);
  return index;
}

const ask = { limit: 10, prefixLast: false };
const typing = { limit: 10, prefixLast: true };

describe("lexical index", () => {
  it("finds an item by one word of its snake, kebab or camel case id", () => {
    const index = indexOf(
      documentOf("email_enricher"),
      documentOf("email-validator"),
      documentOf("sendEmail"),
      documentOf("resize_image"),
    );
    expect(index.search("email", ask).map((hit) => hit.key)).toEqual([
      "script:email-validator",
      "script:email_enricher",
      "script:sendEmail",
    ]);
  });

  it("matches what an unfinished last word begins, and only the last word", () => {
    const index = indexOf(documentOf("deploy_prod"), documentOf("rotate_logs"));
    expect(index.search("dep", typing).map((hit) => hit.key)).toEqual(["script:deploy_prod"]);
    expect(index.search("dep", ask)).toEqual([]);
    expect(index.search("dep now", typing)).toEqual([]);
  });

  it("lets a word end when a space follows it", () => {
    const index = indexOf(documentOf("deploy_prod"));
    expect(index.search("dep ", typing)).toEqual([]);
  });

  it("meets plural, -ing, -ed and -ation forms of a word", () => {
    const index = indexOf(documentOf("validate_contact"));
    for (const form of ["validating contacts", "validated contact", "contact validation"]) {
      expect(index.search(form, ask)[0]?.key, form).toBe("script:validate_contact");
    }
  });

  it("ranks id over tag over description over category", () => {
    const index = indexOf(
      documentOf("d", { category: "email" }),
      documentOf("c", { description: "Cleans an email list." }),
      documentOf("b", { tags: ["email"] }),
      documentOf("email_a"),
    );
    expect(index.search("email", ask).map((hit) => hit.key.slice(7))).toEqual([
      "email_a",
      "b",
      "c",
      "d",
    ]);
  });

  it("gives the exact id a score of 1, also when its words are run together", () => {
    const index = indexOf(documentOf("email_enricher"), documentOf("email_enricher_v2"));
    for (const text of ["email_enricher", "email enricher", "emailenricher"]) {
      expect(index.search(text, ask)[0], text).toMatchObject({
        key: "script:email_enricher",
        score: 1,
      });
    }
  });

  it("breaks ties by key, whatever the order of arrival", () => {
    const forward = indexOf(documentOf("email_b"), documentOf("email_a"));
    const backward = indexOf(documentOf("email_a"), documentOf("email_b"));
    expect(forward.search("email", ask)).toEqual(backward.search("email", ask));
    expect(forward.search("email", ask)[0]?.key).toBe("script:email_a");
  });

  it("finds an item named in a long text with a score above the retrieval floor", () => {
    const index = indexOf(
      documentOf("validate_outreach_email"),
      ...Array.from({ length: 50 }, (_, n) => documentOf(`other_thing_${n}`)),
    );
    const text =
      "yesterday the campaign bounced badly, so before the next one goes I want us to validate " +
      "every outreach email against the new rules";
    expect(index.search(text, ask)[0]?.score).toBeGreaterThan(0.6);
  });

  it("scores a text about something else below the retrieval floor", () => {
    const index = indexOf(
      documentOf("validate_outreach_email"),
      ...Array.from({ length: 50 }, (_, n) => documentOf(`other_thing_${n}`)),
    );
    const hits = index.search("what is the capital of Portugal and who wrote about email", ask);
    for (const hit of hits) expect(hit.score).toBeLessThan(0.5);
  });

  it("says which field matched which word", () => {
    const index = indexOf(documentOf("email_enricher", { description: "Adds company data." }));
    expect(index.search("email company", ask)[0]?.why).toEqual([
      "name: email",
      "description: company",
    ]);
  });

  it("gives the scores alone as it gives them with their reasons, in the same order", () => {
    const index = indexOf(
      documentOf("email_enricher"),
      documentOf("email-validator", { tags: ["email"] }),
      documentOf("sendEmail", { description: "an email to every person" }),
      documentOf("resize_image"),
    );
    for (const text of ["", "email", "email_validator", "send an ema", "?"]) {
      const hits = index.search(text, { limit: 2, prefixLast: true });
      const scores = index.scores(text, { limit: 2, prefixLast: true });
      expect([...scores]).toEqual(hits.map(({ key, score }) => [key, score]));
    }
  });

  it("forgets a removed item and takes the new text of a replaced one", () => {
    const index = indexOf(documentOf("a", { description: "alpha" }), documentOf("b"));
    index.put(documentOf("a", { description: "omega" }));
    expect(index.search("alpha", ask)).toEqual([]);
    expect(index.search("ome", typing).map((hit) => hit.key)).toEqual(["script:a"]);
    expect(index.remove("script:a")).toBe(true);
    expect(index.remove("script:a")).toBe(false);
    expect(index.search("omega", ask)).toEqual([]);
    expect(index.size).toBe(1);
  });

  it("answers the same after any history that ends in the same items", () => {
    const direct = indexOf(documentOf("email_a"), documentOf("email_b"), documentOf("sms_c"));
    const detour = indexOf(documentOf("sms_c"), documentOf("gone"), documentOf("email_b"));
    detour.remove("script:gone");
    detour.put(documentOf("email_a", { description: "old words" }));
    detour.put(documentOf("email_a"));
    for (const text of ["email", "sms c", "old words", "gone"]) {
      expect(detour.search(text, ask), text).toEqual(direct.search(text, ask));
    }
  });

  it("filters by item type and counts all matches beyond the limit", () => {
    const index = indexOf(
      documentOf("email_a"),
      documentOf("email_b"),
      documentOf("email_c", { key: "knowledge:email_c", item_type: "knowledge" }),
    );
    const { hits, total } = index.match("email", {
      item_type: "script",
      limit: 1,
      prefixLast: false,
    });
    expect(hits).toHaveLength(1);
    expect(total).toBe(2);
  });

  it("folds accents and finds words of scripts without spaces", () => {
    const index = indexOf(
      documentOf("résumé_parser"),
      documentOf("x", { description: "邮件发送" }),
    );
    expect(index.search("resume", ask)[0]?.key).toBe("script:résumé_parser");
    expect(index.search("邮件", ask)[0]?.key).toBe("script:x");
  });

  it("answers nothing for an empty text or only punctuation", () => {
    const index = indexOf(documentOf("email_a"));
    for (const text of ["", "   ", "?!…"]) expect(index.search(text, typing)).toEqual([]);
  });
});
