import type { Static, TSchema } from "typebox";

/**
 * One setting, declared once: the variable it is read from, a sentence on what
 * it is for, its type with bounds, and its default. The key it is declared
 * under is its name in the program.
 */
export interface Setting<T = unknown> {
  readonly variable: string;
  readonly sentence: string;
  readonly schema: TSchema;
  /** As it would be written in the environment; undefined when it is simply not set then. */
  readonly defaultValue: unknown;
  /** Shown instead where the default depends on the machine. */
  readonly defaultText: string | undefined;
  /** Makes of the checked value what the program uses; throws an Error that says what it must be. */
  readonly read: (value: unknown) => T;
}

export type Settings = Readonly<Record<string, Setting>>;

export type SettingsOf<S extends Settings> = {
  readonly [K in keyof S]: S[K] extends Setting<infer T> ? T : never;
};

interface Options {
  defaultText?: string;
}
interface WithDefault<S extends TSchema> extends Options {
  default: Static<S>;
}
interface WithRead<S extends TSchema, T> extends Options {
  read: (value: Static<S>) => T;
}

/** Without a default it is undefined while the variable is not set. */
export function setting<S extends TSchema, T>(
  variable: string,
  sentence: string,
  schema: S,
  options: WithDefault<S> & WithRead<S, T>,
): Setting<T>;
export function setting<S extends TSchema, T>(
  variable: string,
  sentence: string,
  schema: S,
  options: WithRead<S, T>,
): Setting<T | undefined>;
export function setting<S extends TSchema>(
  variable: string,
  sentence: string,
  schema: S,
  options: WithDefault<S>,
): Setting<Static<S>>;
export function setting<S extends TSchema>(
  variable: string,
  sentence: string,
  schema: S,
  options?: Options,
): Setting<Static<S> | undefined>;
export function setting(
  variable: string,
  sentence: string,
  schema: TSchema,
  options: { default?: unknown; read?: (value: never) => unknown } & Options = {},
): Setting {
  const { read } = options;
  return {
    variable,
    sentence,
    schema,
    defaultValue: options.default,
    defaultText: options.defaultText,
    // The schema has checked it by then.
    read: (value) => (read === undefined || value === undefined ? value : read(value as never)),
  };
}
