import { readFileSync } from "node:fs";
import { LiluxError } from "@lilux/protocol";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { parse } from "yaml";
import type { ModelLimits } from "../admission/tenant-limits.ts";
import type { PoolSettings } from "./pool-settings.ts";

const Name = Type.String({ minLength: 1, maxLength: 256 });

const PoolEntry = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z0-9][a-z0-9-]{0,31}$" }),
    url: Type.String({ pattern: "^https?://" }),
    model: Type.Optional(Name),
    /** The variable that holds its key: a file of pools holds no secrets. */
    keyVariable: Type.Optional(Type.String({ pattern: "^[A-Z][A-Z0-9_]*$" })),
    tier: Type.Optional(Type.Enum(["primary", "small", "cloud"])),
    tenants: Type.Optional(Type.Array(Name, { minItems: 1 })),
    adapters: Type.Optional(Type.Record(Type.String(), Name)),
    window: Type.Optional(Type.Integer({ minimum: 256 })),
    tokensMax: Type.Optional(Type.Integer({ minimum: 16 })),
    priorities: Type.Optional(Type.Boolean()),
    cacheSalts: Type.Optional(Type.Boolean()),
    tellsOrigin: Type.Optional(Type.Boolean()),
    prices: Type.Optional(
      Type.Object(
        {
          input: Type.Number({ minimum: 0 }),
          cachedInput: Type.Optional(Type.Number({ minimum: 0 })),
          output: Type.Number({ minimum: 0 }),
        },
        { additionalProperties: false },
      ),
    ),
    running: Type.Optional(Type.Integer({ minimum: 1, maximum: 100_000 })),
  },
  { additionalProperties: false },
);

const Limits = Type.Object(
  {
    weight: Type.Optional(Type.Number({ minimum: 0.01, maximum: 100 })),
    running: Type.Optional(Type.Integer({ minimum: 1 })),
    tokensPerMinute: Type.Optional(Type.Integer({ minimum: 1 })),
    tokensPerDay: Type.Optional(Type.Integer({ minimum: 1 })),
    costPerDay: Type.Optional(Type.Number({ minimum: 0.000_001 })),
  },
  { additionalProperties: false },
);

const PoolsFile = Type.Object(
  {
    pools: Type.Array(PoolEntry, { minItems: 1, maxItems: 16 }),
    limits: Type.Optional(
      Type.Object(
        {
          everyone: Type.Optional(Limits),
          tenants: Type.Optional(Type.Record(Type.String(), Limits)),
        },
        { additionalProperties: false },
      ),
    ),
  },
  { additionalProperties: false },
);

export interface PoolsOfFile {
  pools: PoolSettings[];
  limits: ModelLimits;
}

export interface ReadPoolsOptions {
  env: Readonly<Record<string, string | undefined>>;
  /** For pools that say nothing else. */
  defaults: Pick<PoolSettings, "tokensMax" | "deadlines">;
}

/** The pools of a YAML or JSON file, and what tenants may use of them. Throws `config_invalid`, with each field that is wrong. */
export function readPools(path: string, { env, defaults }: ReadPoolsOptions): PoolsOfFile {
  const file = readFile(path);
  if (!Value.Check(PoolsFile, file)) throw invalid(path, problemsOf(file));
  const names = file.pools.map(({ name }) => name);
  const twice = names.filter((name, index) => names.indexOf(name) !== index);
  if (twice.length > 0) throw invalid(path, [`two pools are called ${twice.join(", ")}`]);
  const pools = file.pools.map((entry) => settingsOf(path, entry, { env, defaults }));
  return { pools, limits: file.limits ?? {} };
}

function readFile(path: string): unknown {
  try {
    return parse(readFileSync(path, "utf8"));
  } catch (cause) {
    throw invalid(path, ["it cannot be read, or is no YAML"], cause);
  }
}

function settingsOf(
  path: string,
  { keyVariable, ...entry }: Static<typeof PoolEntry>,
  { env, defaults }: ReadPoolsOptions,
): PoolSettings {
  if (keyVariable === undefined) return { ...defaults, ...entry };
  const apiKey = env[keyVariable];
  if (apiKey !== undefined && apiKey !== "") return { ...defaults, ...entry, apiKey };
  throw invalid(path, [`${entry.name}: ${keyVariable} is not set`]);
}

function problemsOf(file: unknown): string[] {
  const lines = Value.Errors(PoolsFile, file).map(({ instancePath, message, params }) => {
    const more =
      "additionalProperties" in params ? ` (${String(params.additionalProperties)})` : "";
    return `${instancePath.slice(1).replaceAll("/", ".") || "the file"} ${message}${more}`;
  });
  return [...new Set(lines)];
}

function invalid(path: string, problems: readonly string[], cause?: unknown): LiluxError {
  const message = `LILUX_LLM_POOLS (${path}) cannot be used:\n${problems.map((line) => `  ${line}`).join("\n")}`;
  return new LiluxError("config_invalid", { message, cause });
}
