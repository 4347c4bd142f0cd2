/** The process's variables as they are handed around. Only `main.ts` reads the real ones. */
export type Environment = Readonly<Record<string, string | undefined>>;
