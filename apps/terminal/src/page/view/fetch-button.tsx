import { useState } from "preact/hooks";
import { rememberedKey } from "../session/api-key.ts";
import { saveBlob } from "./download-button.tsx";

const DEADLINE_MS = 60_000;

/** Downloads a file from this server, with the key that the page was given. */
export function FetchButton({ path, name }: { path: string; name: string }) {
  const [said, setSaid] = useState("Download");
  return (
    <button
      type="button"
      class="quiet-button"
      aria-label={`Download ${name}`}
      onClick={() => {
        setSaid("Downloading…");
        fetchBlob(path).then(
          (blob) => {
            saveBlob(blob, name);
            setSaid("Download");
          },
          () => setSaid("Not there any more"),
        );
      }}
    >
      <span aria-live="polite">{said}</span>
    </button>
  );
}

async function fetchBlob(path: string): Promise<Blob> {
  const apiKey = rememberedKey();
  const response = await fetch(new URL(path, document.baseURI), {
    headers: apiKey === null ? {} : { authorization: `Bearer ${apiKey}` },
    signal: AbortSignal.timeout(DEADLINE_MS),
  });
  if (!response.ok) throw new Error(`the server answered ${response.status}`);
  return response.blob();
}
