import { useEffect, useState } from "preact/hooks";
import { fetchFile } from "../session/fetch-file.ts";
import { imageTypeOf, type PreviewKind } from "../text/preview-kind.ts";
import { readRows } from "../text/read-rows.ts";
import { ShowMore } from "./show-more.tsx";
import { SourceText } from "./source-text.tsx";
import { Table } from "./table.tsx";

type Fetched =
  | { state: "loading" }
  | { state: "gone" }
  | { state: "image"; address: string }
  | { state: "table"; rows: string[][] }
  | { state: "text"; text: string };

export interface ArtifactPreviewProps {
  kind: PreviewKind;
  name: string;
  /** Where this server has it. */
  address: string;
}

/** A file that a run made, in place. A picture is drawn as one, so that nothing within it runs or is fetched. */
export function ArtifactPreview({ kind, name, address }: ArtifactPreviewProps) {
  const [fetched, setFetched] = useState<Fetched>({ state: "loading" });
  useEffect(() => {
    let picture: string | undefined;
    let isLeft = false;
    fetchFile(address)
      .then((blob) => readAs(kind, name, blob))
      .then((read) => {
        if (read.state === "image") picture = read.address;
        if (!isLeft) setFetched(read);
        else if (picture !== undefined) URL.revokeObjectURL(picture);
      })
      .catch(() => !isLeft && setFetched({ state: "gone" }));
    return () => {
      isLeft = true;
      if (picture !== undefined) URL.revokeObjectURL(picture);
    };
  }, [kind, name, address]);
  return (
    <div class="artifact-preview">
      <Shown name={name} fetched={fetched} />
    </div>
  );
}

async function readAs(kind: PreviewKind, name: string, blob: Blob): Promise<Fetched> {
  if (kind === "image") {
    const typed = new Blob([blob], { type: imageTypeOf(name) ?? "application/octet-stream" });
    return { state: "image", address: URL.createObjectURL(typed) };
  }
  const text = await blob.text();
  return kind === "table" ? { state: "table", rows: readRows(text) } : { state: "text", text };
}

function Shown({ name, fetched }: { name: string; fetched: Fetched }) {
  switch (fetched.state) {
    case "loading":
      return <p class="quiet">Opening…</p>;
    case "gone":
      return (
        <p class="quiet">The file is not there any more. Run it again to have it made anew.</p>
      );
    case "image":
      return <img src={fetched.address} alt={`What ${name} shows`} />;
    case "table":
      return <Rows rows={fetched.rows} />;
    case "text":
      return <SourceText text={fetched.text} />;
  }
}

const ROWS_STEP = 12;

function Rows({ rows: [head, ...rows] }: { rows: string[][] }) {
  if (head === undefined) return <p class="quiet">The table is empty.</p>;
  return (
    <ShowMore of={rows} step={ROWS_STEP} what="rows">
      {(shown) => <Table head={head} rows={shown} />}
    </ShowMore>
  );
}
