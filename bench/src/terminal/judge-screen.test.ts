import { expect, test } from "vitest";
import { judgeScreen } from "./judge-screen.ts";
import type { TypedLine } from "./lines.ts";

const LINE: TypedLine = { text: "twelve ids", means: { calls: ["run script uuid_batch"] } };
const EMPTY = { live: null, dimmed: null, harmless: [] };

test("a leading call is right or wrong, whatever stands beside it", () => {
  const harmless = ["open script uuid_batch"];
  expect(judgeScreen({ ...EMPTY, live: "run script uuid_batch" }, LINE)).toBe("right");
  expect(judgeScreen({ ...EMPTY, live: "run script json_diff", harmless }, LINE)).toBe("wrong");
  expect(
    judgeScreen({ ...EMPTY, live: "run script uuid_batch" }, { text: "hm", means: "talk" }),
  ).toBe("wrong");
});

test("what no key runs is harmless, and counts for more when it names what is meant", () => {
  expect(judgeScreen({ ...EMPTY, harmless: ["open script uuid_batch"] }, LINE)).toBe("named");
  expect(judgeScreen({ ...EMPTY, dimmed: "run script uuid_batch" }, LINE)).toBe("named");
  expect(judgeScreen({ ...EMPTY, harmless: ["open script json_diff"] }, LINE)).toBe("harmless");
  expect(judgeScreen(EMPTY, LINE)).toBe("nothing");
});

test("a wish to look around is met by a list of what there is, not by any match", () => {
  const line: TypedLine = { text: "list scripts", means: "browse" };
  expect(judgeScreen({ ...EMPTY, harmless: ["browse scripts"] }, line)).toBe("right");
  expect(judgeScreen({ ...EMPTY, harmless: ["open script json_diff"] }, line)).toBe("harmless");
});
