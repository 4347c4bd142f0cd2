import { temporaryDirectory } from "@lilux/testkit";
import { toSummary } from "lilux/evaluate";
import { expect, test } from "vitest";
import { askPeers } from "./ask-peers.ts";
import { qualityReport } from "./quality-report.ts";
import { readBfcl } from "./read-function-sets.ts";
import { readBanking77, readClinc150, readHwu64, readSnips } from "./read-intent-sets.ts";
import { withExamples } from "./with-examples.ts";

test("a set that was not fetched says which file is missing and what fetches it", async () => {
  await using cache = await temporaryDirectory();
  const sets = [
    readClinc150,
    readBanking77,
    readHwu64,
    readSnips,
    (path: string) => readBfcl(path, "live_"),
  ];
  for (const read of sets) {
    expect(() => read(cache.path)).toThrow(
      /is not there; `npm run bench -- fetch-sets` fetches it/,
    );
  }
});

test("other routers that cannot be asked are named with the reason, and the report says so", () => {
  const { missing, peers } = askPeers([], { python: undefined });
  expect(peers).toEqual([]);
  const broken = askPeers([], { python: "/nonexistent/python" });
  expect(broken.missing[0]?.reason).toMatch(/nonexistent/);
  const report = qualityReport([], {
    machine: "none",
    model: "none",
    command: "none",
    notMeasured: missing,
  });
  expect(report).toMatch(/Not measured: other routers \(no Python with them was named: --python/);
});

test("examples come from the training part alone, at most so many, and the same each time", () => {
  const training = Array.from({ length: 9 }, (_, at) => ({ text: `say ${at % 7}`, label: "a" }));
  const item = toSummary({ item_type: "directive", item_id: "a" });
  const set = { training, libraries: [{ items: [item], lines: [{ text: "tell", label: "a" }] }] };
  const chosen = withExamples(set, 5).libraries[0]?.items[0]?.examples ?? [];
  expect(new Set(chosen).size).toBe(5);
  expect(chosen.every((text) => text.startsWith("say"))).toBe(true);
  expect(withExamples(set, 5).libraries[0]?.items[0]?.examples).toEqual(chosen);
});
