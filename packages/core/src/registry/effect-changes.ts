import type { Effect, EffectChange, Grant } from "@lilux/protocol";
import { isMoreSevere } from "../consent/index.ts";

/** What an item may do and needs, as its text says. */
export interface ItemEffects {
  /** Its class by itself. */
  effect: Effect;
  grants: readonly Grant[];
  packages: readonly string[];
  variables: readonly string[];
  /** Items that its steps lead to. */
  runs: readonly string[];
}

/** An item that is not there: it does nothing. */
export const NO_EFFECTS: ItemEffects = {
  effect: "read",
  grants: [],
  packages: [],
  variables: [],
  runs: [],
};

/** What of it is new, and what is gone; what grew comes first. Pure. */
export function effectChanges(before: ItemEffects, after: ItemEffects): EffectChange[] {
  const changes = [...classChange(before, after), ...setChanges(before, after)];
  return [...changes.filter(({ grew }) => grew), ...changes.filter(({ grew }) => !grew)];
}

function classChange(before: ItemEffects, after: ItemEffects): EffectChange[] {
  if (before.effect === after.effect) return [];
  const what = `${after.effect} instead of ${before.effect}`;
  return [{ kind: "class", what, grew: isMoreSevere(after.effect, before.effect) }];
}

function setChanges(before: ItemEffects, after: ItemEffects): EffectChange[] {
  const was = namedEffects(before);
  const now = namedEffects(after);
  const came = [...now].filter(([key]) => !was.has(key));
  const went = [...was].filter(([key]) => !now.has(key));
  return [
    // A denial that goes lets through what it forbade.
    ...came.map(([, { isDenial, ...change }]) => ({ ...change, grew: !isDenial })),
    ...went.map(([, { isDenial, kind, what }]) => ({
      kind,
      what: `no longer ${what}`,
      grew: isDenial,
    })),
  ];
}

interface NamedEffect {
  kind: EffectChange["kind"];
  what: string;
  isDenial: boolean;
}

function namedEffects(item: ItemEffects): Map<string, NamedEffect> {
  const named: NamedEffect[] = [
    ...item.grants.map(grantEffect),
    ...item.packages.map((name) => plain("package", `installs ${name}`)),
    ...item.variables.map((name) => plain("variable", `reads the variable ${name}`)),
    ...item.runs.map((name) => plain("runs", `runs ${name}`)),
  ];
  return new Map(named.map((effect) => [`${effect.kind} ${effect.what}`, effect]));
}

function plain(kind: EffectChange["kind"], what: string): NamedEffect {
  return { kind, what, isDenial: false };
}

function grantEffect({ verb, attributes }: Grant): NamedEffect {
  const isDenial = verb === "deny";
  const rest = Object.entries(attributes)
    .filter(([name]) => name !== "resource")
    .map(([name, value]) => `${name}="${value}"`)
    .toSorted();
  const resource = attributes["resource"] ?? "";
  const isNetwork = resource === "network" && !isDenial;
  const what = isNetwork
    ? `reaches the network: ${verb} ${rest.join(" ")}`
    : `is granted ${verb} ${resource} ${rest.join(" ")}`;
  return { kind: isNetwork ? "host" : "grant", what: what.trim(), isDenial };
}
