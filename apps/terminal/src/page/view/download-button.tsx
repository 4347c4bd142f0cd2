/** Gives a text as a file. Nothing is sent anywhere: the page has it already. */
export function DownloadButton({ text, name }: { text: string; name: string }) {
  return (
    <button
      type="button"
      class="quiet-button"
      aria-label={`Download ${name}`}
      onClick={() => saveBlob(new Blob([text], { type: "text/plain;charset=utf-8" }), name)}
    >
      Download
    </button>
  );
}

/** Hands the browser a file to save. */
export function saveBlob(blob: Blob, name: string): void {
  const address = URL.createObjectURL(blob);
  const link = document.createElement("a");
  link.href = address;
  link.download = name;
  link.click();
  URL.revokeObjectURL(address);
}
