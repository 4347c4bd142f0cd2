import { OPERATIONS } from "./openapi-operations.ts";
import { NAMED_SCHEMAS } from "./openapi-schemas.ts";
import { type OperationText, TAGS } from "./openapi-text.ts";

type Json = Record<string, unknown>;

const METHODS = ["get", "put", "post", "delete", "patch"];

/**
 * The description as generators like it: each operation has an id, a tag and words, shapes that stand
 * in many places are called by name, and what has a default is not required. Pure.
 */
export function finishOpenApi(collected: unknown): Json {
  const document = withoutRequiredDefaults(structuredClone(plain(collected))) as Json;
  const paths = recordOf(document["paths"]);
  for (const [path, item] of Object.entries(paths)) {
    for (const [method, operation] of Object.entries(recordOf(item))) {
      if (!METHODS.includes(method)) continue;
      const text = OPERATIONS[`${method.toUpperCase()} ${path}`];
      describe(recordOf(operation), text ?? ownText(recordOf(operation), { method, path }));
    }
  }
  const names = namesBySchema();
  const schemas = Object.fromEntries(
    Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [
      name,
      withReferences(schemaOf(schema), names, name),
    ]),
  );
  return {
    ...document,
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
    paths: withReferences(paths, names),
    components: { ...recordOf(document["components"]), schemas, ...COMPONENTS },
  };
}

const COMPONENTS = {
  parameters: {
    IdempotencyKey: {
      name: "Idempotency-Key",
      in: "header",
      required: false,
      description:
        "Names what is asked for, as `callId` or `turnId` in the body does: sent again under the same key it is done once.",
      schema: { type: "string", minLength: 1, maxLength: 128, pattern: "^[A-Za-z0-9_.:-]+$" },
    },
    LastEventId: {
      name: "Last-Event-ID",
      in: "header",
      required: false,
      description: "The `id` of the last event that came: only those after it are told.",
      schema: { type: "string", pattern: "^[0-9]+$" },
    },
  },
  headers: {
    RequestId: {
      description:
        "Names this request in the log; the caller's own `X-Request-Id` where it sent one.",
      schema: { type: "string" },
    },
    RetryAfter: {
      description: "In how many seconds to ask again, where that is known.",
      schema: { type: "integer", minimum: 1 },
    },
  },
} as const;

/** Of an operation that nobody wrote more of: what its route says. */
function ownText(
  operation: Json,
  { method, path }: { method: string; path: string },
): OperationText {
  const { operationId, summary, description, tags } = operation;
  const said = typeof description === "string" ? description : summary;
  const own = Array.isArray(tags) ? tags[0] : undefined;
  const tag = TAG_NAMES.find((name) => name === own) ?? "Library";
  return {
    operationId: typeof operationId === "string" ? operationId : `${method}${wordsOf(path)}`,
    tag,
    description: typeof said === "string" ? `${said}.` : path,
    answer: "Done.",
  };
}

const TAG_NAMES = Object.keys(TAGS) as (keyof typeof TAGS)[];

function wordsOf(path: string): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== "" && word !== "v1");
  return words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function describe(operation: Json, text: OperationText): void {
  const { operationId, tag, description, answer, example, isNamedByKey, isResumed } = text;
  Object.assign(operation, { operationId, tags: [tag], description });
  const parameters = [
    ...(isNamedByKey === true ? [{ $ref: "#/components/parameters/IdempotencyKey" }] : []),
    ...(isResumed === true ? [{ $ref: "#/components/parameters/LastEventId" }] : []),
  ];
  const own = Array.isArray(operation["parameters"]) ? operation["parameters"] : [];
  if (own.length + parameters.length > 0) operation["parameters"] = [...own, ...parameters];
  if (tag === "Health") operation["security"] = [];
  if (text.isSignedByGit === true) {
    operation["security"] = [{ hubSignature: [] }, { giteaSignature: [] }, { gitlabToken: [] }];
  }
  const media = recordOf(
    recordOf(recordOf(operation["requestBody"])["content"])["application/json"],
  );
  if (example !== undefined) media["example"] = example;
  for (const [status, response] of Object.entries(recordOf(operation["responses"]))) {
    describeResponse(recordOf(response), status, answer);
  }
  // Also those that need no credential can be asked too often, or wrongly.
  const responses = recordOf(operation["responses"]);
  responses["4XX"] ??= { description: REFUSED, content: ERROR_CONTENT, headers: ERROR_HEADERS };
}

const REFUSED = "It cannot be done as it was asked; `code` names why, and `message` what to do.";
const FAILED = "It could not be done now; `retryable` says whether to ask again.";
const ERROR_CONTENT = {
  "application/json": { schema: { $ref: "#/components/schemas/Error" } },
};
const REQUEST_ID = { "X-Request-Id": { $ref: "#/components/headers/RequestId" } };
const ERROR_HEADERS = { ...REQUEST_ID, "Retry-After": { $ref: "#/components/headers/RetryAfter" } };

function describeResponse(response: Json, status: string, answer: string): void {
  const isError = /^[45]/.test(status);
  const isTold =
    typeof response["description"] === "string" && response["description"] !== SWAGGERS;
  if (!isTold)
    response["description"] = status.startsWith("4") ? REFUSED : isError ? FAILED : answer;
  response["headers"] = isError ? ERROR_HEADERS : REQUEST_ID;
}

/** What the collector writes where nobody said anything. */
const SWAGGERS = "Default Response";

/** An object's property that has a default may be left out; so may a parameter. */
function withoutRequiredDefaults(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutRequiredDefaults);
  if (!isRecord(value)) return value;
  const read = Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [key, withoutRequiredDefaults(inner)]),
  );
  const { required, properties, schema } = read;
  if (required === true && isRecord(schema) && "default" in schema) read["required"] = false;
  if (Array.isArray(required) && isRecord(properties)) {
    const kept = required.filter((name) => {
      const property = properties[String(name)];
      return !(isRecord(property) && "default" in property);
    });
    if (kept.length > 0) read["required"] = kept;
    else delete read["required"];
  }
  return read;
}

/** A shape as it is collected: with one form for a constant, and one for a record. */
function schemaOf(schema: unknown): unknown {
  return withoutRequiredDefaults(asCollected(plain(schema)));
}

function asCollected(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(asCollected);
  if (!isRecord(value)) return value;
  const { const: only, patternProperties, ...rest } = value;
  const read = Object.fromEntries(
    Object.entries(rest).map(([key, inner]) => [key, asCollected(inner)]),
  );
  if ("const" in value) read["enum"] = [only];
  const [pattern] = Object.values(recordOf(patternProperties));
  if (pattern !== undefined) read["additionalProperties"] = asCollected(pattern);
  return read;
}

function namesBySchema(): Map<string, string> {
  return new Map(
    Object.entries(NAMED_SCHEMAS).map(([name, schema]) => [canonical(schemaOf(schema)), name]),
  );
}

/** Every schema that has a name as a reference to it, but for the one that the name is given to. */
function withReferences(value: unknown, names: ReadonlyMap<string, string>, own?: string): unknown {
  if (Array.isArray(value)) return value.map((inner) => withReferences(inner, names));
  if (!isRecord(value)) return value;
  const name = names.get(canonical(value));
  if (name !== undefined && name !== own) return { $ref: `#/components/schemas/${name}` };
  return Object.fromEntries(
    Object.entries(value).map(([key, inner]) => [
      key,
      // An example is data, whatever it looks like.
      key === "example" ? inner : withReferences(inner, names),
    ]),
  );
}

/** The same text for the same schema, in whatever order its keys are written. What a property says of itself is its own. */
function canonical(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    isRecord(inner)
      ? Object.fromEntries(Object.entries(inner).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : inner,
  );
}

function plain(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value));
}

function recordOf(value: unknown): Json {
  return isRecord(value) ? value : {};
}

function isRecord(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
