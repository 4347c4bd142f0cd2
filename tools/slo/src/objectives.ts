import { readFileSync } from "node:fs";
import { type Static, Type } from "typebox";
import { Value } from "typebox/value";
import { parse } from "yaml";

const Text = Type.String({ minLength: 1 });
const Duration = Type.String({ pattern: "^\\d+[mhd]$" });
const Severity = Type.Enum(["page", "ticket"]);
const exactly = { additionalProperties: false };
const Causes = Type.Array(Type.String({ pattern: "^[a-z-]+$" }), { minItems: 1 });

const Burn = Type.Object(
  {
    speed: Type.Enum(["Fast", "Steady", "Slow", "Creeping"]),
    factor: Type.Number({ minimum: 1 }),
    long: Duration,
    short: Duration,
    seen: Duration,
    for: Duration,
    severity: Severity,
    gone: Text,
  },
  exactly,
);
const Objective = Type.Object(
  {
    name: Type.String({ pattern: "^[a-z_]+$" }),
    alert: Type.String({ pattern: "^Lilux[A-Za-z]+$" }),
    says: Text,
    promise: Text,
    target: Type.Number({ exclusiveMinimum: 0, exclusiveMaximum: 1 }),
    least: Type.Integer({ minimum: 1 }),
    service: Text,
    metric: Text,
    total: Text,
    bad: Text,
    series: Type.Record(Text, Type.Enum(["all", "good", "bad", "none"])),
    /** The causes whose effect is seen here: services, and what services need of others. */
    causedBy: Causes,
    runbook: Text,
  },
  exactly,
);
const Alert = Type.Object(
  {
    alert: Text,
    expr: Text,
    for: Duration,
    severity: Severity,
    /** How long it goes on after its condition ended; ten minutes unless told. */
    keep: Type.Optional(Duration),
    cause: Type.Optional(Text),
    /** What is seen within so long of one of these causes, once that was told, is its effect. */
    hushed: Type.Optional(Type.Object({ by: Causes, for: Duration }, exactly)),
    says: Text,
    runbook: Text,
  },
  exactly,
);
const Objectives = Type.Object(
  {
    window: Duration,
    burns: Type.Array(Burn, { minItems: 1 }),
    objectives: Type.Array(Objective, { minItems: 1 }),
    services: Type.Array(Text, { minItems: 1 }),
    absentFor: Duration,
    records: Type.Array(Type.Object({ record: Text, expr: Text }, exactly)),
    causes: Type.Array(Alert),
    alerts: Type.Array(Alert),
  },
  exactly,
);

export type Objectives = Static<typeof Objectives>;
export type Objective = Static<typeof Objective>;
export type Burn = Static<typeof Burn>;
export type Alert = Static<typeof Alert>;

/** The file of what is promised. Throws an Error that names what is wrong in it. */
export function readObjectives(path: string): Objectives {
  const value: unknown = parse(readFileSync(path, "utf8"));
  if (!Value.Check(Objectives, value)) {
    const [first] = Value.Errors(Objectives, value);
    throw new Error(`${path}: ${first?.instancePath ?? ""} ${first?.message ?? "is wrong"}`);
  }
  for (const { name, target } of value.objectives) {
    const never = value.burns.find(({ factor }) => factor * (1 - target) >= 1);
    if (never !== undefined) throw new Error(`${name} could never burn ${never.speed}`);
  }
  return value;
}
