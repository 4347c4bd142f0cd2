import { expect, it } from "vitest";
import { readScope } from "./read-scope.ts";

it("reads the sign before a line, and what is left of it", () => {
  expect(readScope("> csv profile")).toEqual({ kind: "run", rest: "csv profile" });
  expect(readScope(">")).toEqual({ kind: "run", rest: "" });
  expect(readScope("@rota")).toEqual({ kind: "item", rest: "rota" });
  expect(readScope(" ? why")).toEqual({ kind: "ask", rest: "why" });
  expect(readScope("/Scripts mail")).toEqual({ kind: "type", type: "script", rest: "mail" });
  expect(readScope("/knowledge")).toEqual({ kind: "type", type: "knowledge", rest: "" });
});

it("leaves alone what only looks like one", () => {
  for (const text of ["", "find > 5", "@acme/deploy", "/etc/hosts", "/deploy now", "/scripting"]) {
    expect(readScope(text), text).toBeUndefined();
  }
});
