/** Of a JSON Schema, as much as our descriptions of doors use. */
export interface JsonSchema {
  $ref?: string;
  const?: unknown;
  enum?: readonly unknown[];
  anyOf?: readonly JsonSchema[];
  oneOf?: readonly JsonSchema[];
  allOf?: readonly JsonSchema[];
  type?: string | readonly string[];
  properties?: Readonly<Record<string, JsonSchema>>;
  required?: readonly string[];
  minProperties?: number;
  additionalProperties?: boolean | JsonSchema;
  patternProperties?: Readonly<Record<string, JsonSchema>>;
  items?: JsonSchema;
  pattern?: string;
  minLength?: number;
  minimum?: number;
  default?: unknown;
}

export interface SampleOptions {
  /** Values for fields of these names, wherever they stand. */
  named: Readonly<Record<string, unknown>>;
  /** Where `#/…` leads. */
  root: unknown;
}

/** Tried in turn for a text with a pattern. */
const TEXTS = [
  "a-sample",
  "@a/a",
  "SAMPLE_1",
  "2026-01-01",
  "1.0.0",
  "1.accepted.none",
  "AAAAAAAAAAAA",
  "a_AAAAAAAAAAAAAAAAAAAAAA",
  "a",
];

/**
 * The least value that a schema takes: fields that have to be there, and those that `named` knows. Throws
 * where it knows none, so that a door which is described otherwise fails whatever is generated from this.
 */
export function sampleOf(schema: JsonSchema, options: SampleOptions): unknown {
  if (schema.$ref !== undefined) return sampleOf(resolved(schema.$ref, options.root), options);
  if (schema.const !== undefined) return schema.const;
  if (schema.default !== undefined) return schema.default;
  if (schema.enum !== undefined) return schema.enum[0];
  const choice = schema.anyOf?.[0] ?? schema.oneOf?.[0];
  if (choice !== undefined) return sampleOf(choice, options);
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((part) => sampleOf(part, options)));
  }
  const type = typeof schema.type === "string" ? schema.type : schema.type?.[0];
  switch (type) {
    case "object":
      return sampleOfObject(schema, options);
    case "array":
      return schema.items === undefined ? [] : [sampleOf(schema.items, options)];
    case "string":
      return sampleOfText(schema);
    case "integer":
    case "number":
      return schema.minimum ?? 1;
    case "boolean":
      return true;
    case "null":
    case undefined:
      return null;
    default:
      throw new Error(`no sample for the type ${type}`);
  }
}

function sampleOfObject(schema: JsonSchema, options: SampleOptions): Record<string, unknown> {
  const { properties = {}, required = [], minProperties = 0 } = schema;
  const { named } = options;
  const [others] = Object.values(schema.patternProperties ?? {});
  const any = others ?? schema.additionalProperties;
  if (minProperties > 0 && typeof any === "object") return { a: sampleOf(any, options) };
  const wanted = Object.entries(properties).filter(
    ([name]) => required.includes(name) || Object.hasOwn(named, name),
  );
  return Object.fromEntries(
    wanted.map(([name, schema]) => {
      const isFixed = schema.const !== undefined || schema.enum !== undefined;
      const isNamed = Object.hasOwn(named, name) && !isFixed;
      return [name, isNamed ? named[name] : sampleOf(schema, options)];
    }),
  );
}

function sampleOfText({ pattern, minLength = 0 }: JsonSchema): string {
  const fits = new RegExp(pattern ?? "");
  const digits = Number(/^\^\[0-9a-f\]\{(\d+)\}\$$/.exec(pattern ?? "")?.[1] ?? 0);
  const text = [...TEXTS, "0".repeat(digits)].find((one) => fits.test(one));
  if (text === undefined) throw new Error(`no sample for the pattern ${pattern}`);
  return text.padEnd(minLength, "a");
}

function resolved(ref: string, root: unknown): JsonSchema {
  const steps = ref.replace(/^#\//, "").split("/");
  const found = steps.reduce<unknown>((at, step) => Object(at)[step], root);
  if (found === undefined) throw new Error(`nothing at ${ref}`);
  return found as JsonSchema;
}
