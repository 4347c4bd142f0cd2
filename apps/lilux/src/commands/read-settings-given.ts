import { LiluxError } from "@lilux/protocol";

/** Settings whose values are lists: written with commas, and empty as `none`. */
const LISTS: ReadonlySet<string> = new Set(["scriptEffects", "scriptPackages", "scriptHosts"]);

/**
 * `name=value` each, as a change of settings: lists with commas, days of retention as a number, what begins as
 * JSON as that, and nothing behind the `=` to take a setting back. What a value may be, the server says. Throws
 * `invalid_request` for what is no such pair.
 */
export function readSettingsGiven(given: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(
    given.map((text) => {
      const [, name, value = ""] = /^([A-Za-z]+)=(.*)$/s.exec(text) ?? [];
      if (name === undefined) throw noPair(text);
      return [name, readValue(name, value.trim())];
    }),
  );
}

function readValue(name: string, value: string): unknown {
  if (value === "") return null;
  if (/^[[{]/.test(value)) {
    try {
      return JSON.parse(value);
    } catch (cause) {
      const message = `The value of ${name} is not JSON.`;
      throw new LiluxError("invalid_request", { message, details: { field: name }, cause });
    }
  }
  if (LISTS.has(name)) return value === "none" ? [] : value.split(",").map((one) => one.trim());
  if (name === "retention" && /^\d+$/.test(value)) return { days: Number(value) };
  return value;
}

function noPair(text: string): LiluxError {
  return new LiluxError("invalid_request", {
    message: `${text} is no setting=value, such as speculation=off. docs/tenants.md lists what there is.`,
    details: { field: "settings" },
  });
}
