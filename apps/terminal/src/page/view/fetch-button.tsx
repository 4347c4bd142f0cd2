import { useState } from "preact/hooks";
import { fetchFile } from "../session/fetch-file.ts";
import { saveBlob } from "./download-button.tsx";

/** Downloads a file from this server. */
export function FetchButton({ path, name }: { path: string; name: string }) {
  const [said, setSaid] = useState("Download");
  return (
    <button
      type="button"
      class="quiet-button"
      aria-label={`Download ${name}`}
      onClick={() => {
        setSaid("Downloading…");
        fetchFile(path).then(
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
