import { expectTypeOf, test } from "vitest";
import type { ContextStore } from "./context-store.ts";
import type { KeyKind, keys } from "./keys.ts";

// Held by the compiler. Mutant: `tenant: string` of one kind of key.
test("no key is built, and nothing forgotten, for just any text", () => {
  type Builds = { [Kind in KeyKind]: Parameters<(typeof keys)[Kind]>[0] }[KeyKind];
  expectTypeOf<string>().not.toExtend<Builds>();
  expectTypeOf<string>().not.toExtend<Parameters<ContextStore["forgetTenant"]>[1]>();
});
