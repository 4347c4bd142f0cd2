import type { ItemType } from "@lilux/protocol";
import { LiluxError } from "@lilux/protocol";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { readParameters } from "../write/read-parameters.ts";
import { canonicalFields } from "./canonical-fields.ts";
import { composeNew, composeUpdate } from "./compose-text.ts";
import type { ItemFields } from "./item-fields.ts";
import { fieldsToChange, readFields } from "./read-fields.ts";

/** What has broken writers of such files before, and anything else Unicode has. */
const fragment = fc.oneof(
  fc.constantFrom(
    ...["<", ">", "&", "&amp;", "&lol;", "]]>", "<![CDATA[", "<!--", "-->", "{CDATA_OPEN}"],
    ...["{CDATA_CLOSE}", "</directive>", "<directive name='x'>", "</action>", "<step name='x'>"],
    ...["<template>", "</template>", "<raw>", "```", "```xml\n", "---", "\n---\n", "\n", "\n\n"],
    ...['"""', "'''", "\\", "\\n", '"', "'", "# ", ": ", "- ", "[a, b]", "{x}", "{{x}}"],
    ...["\u202E", "\u200B", "\uFEFF", "\u2028", "\u0085", "\u0000", "\u0007", "\uD800", "🙂", "é"],
    ...[
      "  ",
      "\t",
      "\r\n",
      "\r",
      "null",
      "true",
      "1e3",
      "0x1F",
      "~",
      "|",
      ">-",
      "!tag",
      "&a",
      "*a",
      "%",
    ],
  ),
  fc.string({ unit: "binary", maxLength: 6 }),
  fc.string({ maxLength: 8 }),
);
const hostile = fc.array(fragment, { maxLength: 8 }).map((parts) => parts.join(""));
const plain = fc.constantFrom("Deploys the build.", "a", "Ask first: then go.", "x y z");
const text = fc.oneof({ weight: 3, arbitrary: hostile }, plain);
const name = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_.-]{0,12}$/);
const attributes = fc.dictionary(name, text, { maxKeys: 3 });
const some = <T>(arbitrary: fc.Arbitrary<T>, maxLength = 3) => fc.array(arbitrary, { maxLength });
const input = fc.record(
  {
    name,
    type: fc.constantFrom("string", "integer", "number", "boolean", "array", "object"),
    required: fc.boolean(),
    default: fc.oneof(fc.jsonValue({ maxDepth: 2 }), text),
    description: text,
    schema: fc.dictionary(name, fc.jsonValue({ maxDepth: 1 }), { maxKeys: 2 }),
  },
  { requiredKeys: ["name"] },
);
const step = fc.record(
  { name: text, description: text, action: text, attributes },
  { requiredKeys: [] },
);
const grant = fc.record({ verb: name, attributes });
const common = {
  description: text,
  version: fc.constantFrom("1.0.0", "0.2.10-beta.1"),
  tags: some(text),
};
const effect = fc.constantFrom("read", "write", "destructive");
const parameters: Record<ItemType, fc.Arbitrary<object>> = {
  directive: fc.record(
    {
      ...common,
      effect,
      model_class: fc.record({ tier: text, fallback: text }, { requiredKeys: ["tier"] }),
      permissions: some(grant),
      inputs: some(input),
      steps: some(step),
      outputs: fc.dictionary(name, text, { maxKeys: 3 }),
    },
    { requiredKeys: [] },
  ),
  script: fc.record(
    {
      ...common,
      effect,
      permissions: some(grant),
      inputs: some(input),
      dependencies: some(text),
      environment: some(fc.constantFrom("API_BASE", "HOME_1")),
      secrets: some(fc.constantFrom("API_TOKEN", "Db_1")),
      code: fc.oneof(
        hostile,
        fc.constantFrom(
          '"""Doc."""\nimport os\n',
          "#!/x\n# h\nprint(1)",
          "from __future__ import annotations\nx = 1\n",
          '__version__ = "9.9.9"\nprint(1)\n',
        ),
      ),
    },
    { requiredKeys: [] },
  ),
  knowledge: fc.record(
    { ...common, title: text, entry_type: text, body: text },
    { requiredKeys: [] },
  ),
};
const TYPES = ["directive", "script", "knowledge"] as const;
const category = fc.constantFrom("", "email/outreach", "a");

/** The fields as they may be given, or the typed refusal. */
function fieldsOf(item_type: ItemType, given: object): ItemFields | LiluxError {
  try {
    const read = readParameters({
      item_type,
      item_id: "it",
      action: "create",
      parameters: { ...given },
    });
    return read.fields ?? ({ item_type, fields: {} } as ItemFields);
  } catch (error) {
    return assertRefusal(error);
  }
}

function assertRefusal(error: unknown): LiluxError {
  if (!(error instanceof LiluxError)) throw error;
  expect(error.code).toBe("invalid_inputs");
  expect(error.details?.["field"]).toEqual(expect.any(String));
  return error;
}

/** The text, or the typed refusal. */
function attempt(work: () => string): string | LiluxError {
  try {
    return work();
  } catch (error) {
    return assertRefusal(error);
  }
}

const RUNS = { numRuns: 200 };

describe.each(TYPES)("a new %s", (item_type) => {
  // Mutant: leave out cdata()'s replacement of "]]>" and a directive no longer reads back.
  it("reads back exactly as it was written, or is refused by the name of the field", () => {
    let written = 0;
    fc.assert(
      fc.property(parameters[item_type], category, (given, folder) => {
        const fields = fieldsOf(item_type, given);
        if (fields instanceof LiluxError) return;
        const composed = attempt(() => composeNew({ item_id: "it", category: folder }, fields));
        if (composed instanceof LiluxError) return;
        written += 1;
        const read = readFields(item_type, composed, "it");
        const { code, tags, steps, ...wanted } = { ...canonicalFields(fields).fields } as Record<
          string,
          unknown
        >;
        void [code, tags, steps];
        expect(fieldsToChange(read, wanted)).toEqual([]);
      }),
      RUNS,
    );
    // The property must not hold only because everything is refused.
    expect(written).toBeGreaterThan(20);
  });

  it("written again from what was read, or updated to what it says, is the same to the byte", () => {
    fc.assert(
      fc.property(parameters[item_type], category, (parameters, folder) => {
        const fields = fieldsOf(item_type, parameters);
        if (fields instanceof LiluxError) return;
        const item = { item_id: "it", category: folder };
        const first = attempt(() => composeNew(item, fields));
        if (first instanceof LiluxError) return;
        const given = Object.keys(fields.fields);
        const read = Object.entries(readFields(item_type, first, "it"));
        const same = Object.fromEntries(read.filter(([name]) => given.includes(name)));
        const again = { item_type, fields: same } as ItemFields;
        expect(composeUpdate(first, "it", again)).toBe(first);
        if (item_type !== "script") expect(composeNew(item, again)).toBe(first);
      }),
      RUNS,
    );
  });

  it("keeps everything else when single fields of it are changed", () => {
    fc.assert(
      fc.property(parameters[item_type], parameters[item_type], (given, change) => {
        const fields = fieldsOf(item_type, given);
        const changes = fieldsOf(item_type, change);
        if (fields instanceof LiluxError || changes instanceof LiluxError) return;
        const first = attempt(() => composeNew({ item_id: "it", category: "c" }, fields));
        if (first instanceof LiluxError) return;
        const second = attempt(() => composeUpdate(first, "it", changes));
        if (second instanceof LiluxError) return;
        const { code, ...wanted } = { ...canonicalFields(changes).fields } as Record<
          string,
          unknown
        >;
        expect(fieldsToChange(readFields(item_type, second, "it"), wanted)).toEqual([]);
        if (code === undefined) expect(composeUpdate(second, "it", changes)).toBe(second);
      }),
      RUNS,
    );
  });
});
