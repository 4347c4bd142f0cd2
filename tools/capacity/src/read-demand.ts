import { type Demand, USUAL } from "./capacity.ts";

/** What was given over what is usual. Throws an Error that names what cannot be used. */
export function readDemand(given: Readonly<Record<string, string | undefined>>): Demand {
  const demand = { ...USUAL };
  for (const [name, text] of Object.entries(given)) {
    if (text === undefined) continue;
    if (!isField(name)) throw new Error(`--${name} is not known`);
    const value = Number(text);
    const isShare = name === "duty" || name === "slowShare";
    if (!(value > 0) || !Number.isFinite(value) || (isShare && value > 1)) {
      throw new Error(`--${name} must be a number above 0${isShare ? " and at most 1" : ""}`);
    }
    demand[name] = value;
  }
  return demand;
}

function isField(name: string): name is keyof Demand {
  return Object.hasOwn(USUAL, name);
}
