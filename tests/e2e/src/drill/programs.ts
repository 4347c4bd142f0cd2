import { findBinary } from "@lilux/testkit";

/** What the drill starts, and the Debian package that has it. */
export const PROGRAMS: Readonly<Record<string, string>> = {
  prometheus: "prometheus",
  "prometheus-alertmanager": "prometheus-alertmanager",
  "nats-server": "nats-server",
  "redis-server": "redis-server",
  postgres: "postgresql",
};

export function missingPrograms(): string[] {
  return Object.keys(PROGRAMS).filter((name) => findBinary(name) === undefined);
}

export function programAt(name: string): string {
  const path = findBinary(name);
  if (path === undefined) throw new Error(`there is no ${name}`);
  return path;
}
