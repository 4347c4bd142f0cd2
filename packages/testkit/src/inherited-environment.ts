/** The shell's environment without settings of ours: a process that is started with it is set up by its test alone. */
export function inheritedEnvironment(): Record<string, string> {
  const theirs: Record<string, string> = {};
  for (const [name, value] of Object.entries(process.env)) {
    if (value !== undefined && !name.startsWith("LILUX_")) theirs[name] = value;
  }
  return theirs;
}
