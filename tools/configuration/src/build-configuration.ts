import { executeSettings, type Setting, type Settings } from "@lilux/runtime";
import { SERVICES } from "lilux/service-settings";
import { OTHER_VARIABLES } from "./other-variables.ts";

const HEAD = `# Settings

Every variable that Lilux reads, from where it is declared. Made by
\`npm run docs:configuration\`; a test holds it current.

An empty variable counts as not set. What cannot be used is said at the start, all
of it at once, by name and never with its value. \`npm start\` runs all services in
one process: there a setting is read by all that share it, and those of processes of
their own (bus, Redis, addresses, health and metrics) have no use.
`;

/** The page of settings, as Markdown. */
export function buildConfiguration(): string {
  const common = variablesOf((services) => services.length > 1);
  const sections = Object.keys(SERVICES).map((name) => {
    const own = variablesOf((services) => services.length === 1 && services[0] === name);
    return `## ${name}\n\n${table(own)}`;
  });
  const others = OTHER_VARIABLES.map(
    ({ variable, readBy, sentence }) => `| \`${variable}\` | ${readBy} | ${sentence} |`,
  );
  return [
    HEAD,
    `## Shared\n\n${table(common)}`,
    ...sections,
    `## Others\n\n| variable | read by | |\n|---|---|---|\n${others.join("\n")}\n`,
  ].join("\n");
}

/** The same names for the services, who tell of a variable that is none of them. */
export function buildKnownVariables(): string {
  const settings = Object.values(SERVICES).flatMap((declared) => Object.values(declared));
  const names = [...settings, ...OTHER_VARIABLES]
    .map(({ variable }) => variable)
    .filter((name) => name.startsWith("LILUX_"));
  const lines = [...new Set(names)].sort().map((name) => `  ${JSON.stringify(name)},\n`);
  return `// Every variable that Lilux reads. Made by \`npm run docs:configuration\`; a test holds it current.
export const KNOWN_VARIABLES: readonly string[] = [
${lines.join("")}];
`;
}

/** What `lilux` reads besides for itself, when it asks an instance. */
const ALSO_OF_COMMAND = new Set([
  ...Object.values(executeSettings as Settings).map(({ variable }) => variable),
  "LILUX_FLYWHEEL",
]);

interface Declared {
  setting: Setting;
  services: string[];
  defaults: string[];
}

function variablesOf(isWanted: (services: readonly string[]) => boolean): Declared[] {
  const found = new Map<string, Declared>();
  for (const [service, settings] of Object.entries(SERVICES)) {
    for (const setting of Object.values(settings)) {
      const declared = found.get(setting.variable) ?? { setting, services: [], defaults: [] };
      declared.services.push(service);
      declared.defaults.push(defaultOf(setting));
      found.set(setting.variable, declared);
    }
  }
  return [...found.values()].filter(({ services }) => isWanted(services));
}

function table(declared: readonly Declared[]): string {
  const rows = declared.map(({ setting, services, defaults }) => {
    const [first] = defaults;
    const isSame = defaults.every((text) => text === first);
    const shown = isSame
      ? first
      : defaults.map((text, index) => `${text} ${services[index]}`).join(", ");
    const readers = ALSO_OF_COMMAND.has(setting.variable) ? [...services, "the command"] : services;
    const readBy = readers.length === 1 ? "" : ` Read by ${readers.join(", ")}.`;
    return `| \`${setting.variable}\` | ${typeOf(setting)} | ${shown} | ${setting.sentence}${readBy} |`;
  });
  return `| variable | | default | |\n|---|---|---|---|\n${rows.join("\n")}\n`;
}

function defaultOf({ defaultValue, defaultText }: Setting): string {
  if (defaultText !== undefined) return defaultText;
  return defaultValue === undefined || defaultValue === "" ? "none" : `\`${String(defaultValue)}\``;
}

function typeOf({ schema }: Setting): string {
  const {
    type,
    minimum,
    maximum,
    minLength,
    const: only,
  } = schema as {
    type?: string;
    minimum?: number;
    maximum?: number;
    minLength?: number;
    const?: unknown;
    enum?: unknown[];
  };
  const choices = (schema as { enum?: unknown[] }).enum;
  if (choices !== undefined) return choices.map((choice) => `\`${String(choice)}\``).join(" ");
  if (only !== undefined) return `\`${String(only)}\``;
  if (type === "integer") return `${grouped(minimum)} to ${grouped(maximum)}`;
  return minLength === undefined || minLength === 1 ? "text" : `text of ${minLength} or more`;
}

function grouped(value: number | undefined): string {
  return value === undefined ? "any" : value.toLocaleString("en");
}
