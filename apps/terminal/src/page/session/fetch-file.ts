import { rememberedKey } from "./api-key.ts";

const DEADLINE_MS = 60_000;

/** A file of this server, asked for with the key that the page was given. Rejects when it is not there. */
export async function fetchFile(path: string): Promise<Blob> {
  const apiKey = rememberedKey();
  const response = await fetch(new URL(path, document.baseURI), {
    headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.blob();
}
