/** Reads one option of a command as text; undefined when it was not given. */
export function textOption(
  options: Readonly<Record<string, unknown>>,
): (name: string) => string | undefined {
  return (name) => {
    const value = options[name];
    return typeof value === "string" ? value : undefined;
  };
}
