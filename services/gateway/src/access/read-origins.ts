/** Origins of pages, with spaces or commas between them, in lower case; undefined for what is none. */
export function readOrigins(text: string): readonly string[] | undefined {
  const origins = text.split(/[\s,]+/).filter((origin) => origin !== "");
  const isOrigin = (origin: string): boolean =>
    URL.canParse(origin) && new URL(origin).origin === origin.toLowerCase();
  return origins.every(isOrigin) ? origins.map((origin) => origin.toLowerCase()) : undefined;
}
