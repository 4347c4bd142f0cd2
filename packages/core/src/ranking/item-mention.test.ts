import { describe, expect, it } from "vitest";
import { splitIdentifier } from "../text/index.ts";
import { isOneTypoApart, mentionOf } from "./item-mention.ts";

const mention = (id: string, text: string) =>
  mentionOf(splitIdentifier(id), {
    words: splitIdentifier(text),
    lastOpen: /\S$/u.test(text),
  });

describe("mentionOf", () => {
  it("knows an id in any spelling", () => {
    for (const spelling of [
      "deploy_staging",
      "deploy staging",
      "deploy-staging",
      "deployStaging",
    ]) {
      expect(mention("deploy_staging", `run ${spelling} now`)).toEqual({
        exact: true,
        coverage: 1,
      });
    }
    expect(mention("deploy_staging", "run deploystaging").exact).toBe(true);
  });

  it("does not take scattered words for the id, but counts them", () => {
    expect(mention("deploy_staging", "staging needs a deploy ")).toEqual({
      exact: false,
      coverage: 1,
    });
  });

  it("counts the word being typed in part, the more of it there is", () => {
    const little = mention("deploy_staging", "deploy st").coverage;
    const more = mention("deploy_staging", "deploy stagi").coverage;
    expect(little).toBeGreaterThan(0.5);
    expect(more).toBeGreaterThan(little);
    expect(mention("deploy_staging", "deploy stagi and").coverage).toBe(0.5);
  });

  it("forgives one typo in a longer word and none in a short one", () => {
    expect(mention("deploy_staging", "depoly stagign ").coverage).toBeCloseTo(0.8);
    expect(mention("csv_sum", "csx sun ").coverage).toBe(0);
  });

  it("tells one typo from two", () => {
    expect(isOneTypoApart("staging", "stagin")).toBe(true);
    expect(isOneTypoApart("staging", "stagging")).toBe(true);
    expect(isOneTypoApart("staging", "satging")).toBe(true);
    expect(isOneTypoApart("staging", "stxgixg")).toBe(false);
    expect(isOneTypoApart("staging", "stag")).toBe(false);
  });
});
