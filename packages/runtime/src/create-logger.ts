import { writeOut } from "@lilux/core/text";
import { type DestinationStream, type Logger, pino } from "pino";

export type { Logger };

export interface LoggerOptions {
  service: string;
  level: "debug" | "info" | "warn" | "error" | "silent";
  destination?: DestinationStream;
}

/**
 * JSON lines, object first, with a fixed message. What a person typed may only
 * stand under a `pii` key, which is cut out of every line unless the level is `debug`.
 */
export function createLogger({ service, level, destination }: LoggerOptions): Logger {
  const options = {
    level,
    base: { service },
    formatters: { level: (label: string) => ({ level: label }) },
    // A log is read on a terminal, and what it quotes may be of anybody.
    hooks: { streamWrite: writeOut },
    redact: level === "debug" ? [] : { paths: ["pii", "*.pii"], remove: true },
    timestamp: () => `,"time":"${new Date().toISOString()}"`,
  };
  return destination === undefined ? pino(options) : pino(options, destination);
}
