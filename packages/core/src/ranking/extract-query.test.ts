import { describe, expect, it } from "vitest";
import { extractQueries } from "./extract-query.ts";

const reading = (words: Record<string, number>) => ({
  words: Object.keys(words),
  queryLogits: Object.values(words),
});

describe("extractQueries", () => {
  it("keeps the words thought part of the query, in order, and leaves out the unfinished one", () => {
    const [query] = extractQueries(reading({ find: -4, email: 3, scr: -2 }));
    expect(query).toMatchObject({ text: "email", guessed: false });
  });

  it("offers the reading with the least certain word on the other side as second chance", () => {
    const queries = extractQueries(reading({ find: -4, email: 3, scripts: -0.2 }));
    expect(queries.map(({ text }) => text)).toEqual(["email", "email scripts"]);
    expect(queries[0]?.logProbability).toBeGreaterThan(queries[1]?.logProbability ?? 0);
  });

  it("lets the likeliest word stand in when none is thought part of the query, and says so", () => {
    const [query] = extractQueries(reading({ show: -3, me: -5, invoices: -1 }));
    expect(query).toMatchObject({ text: "invoices", guessed: true });
  });

  it("takes punctuation off the edges of words, never from inside", () => {
    const [query] = extractQueries(reading({ find: -4, '"rate-limits"?': 3 }));
    expect(query?.text).toBe("rate-limits");
  });

  it("finds no query in a line without words", () => {
    expect(extractQueries(reading({}))).toEqual([]);
    expect(extractQueries(reading({ "?!": 2 }))).toEqual([]);
  });
});
