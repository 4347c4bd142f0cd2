import type { Artifact } from "@lilux/protocol";
import { useState } from "preact/hooks";
import { formatBytes } from "../text/format.ts";
import { previewKind } from "../text/preview-kind.ts";
import { ArtifactPreview } from "./artifact-preview.tsx";
import { FetchButton } from "./fetch-button.tsx";

/** The files a run made: what can be shown is shown when asked for, and each can be downloaded. */
export function Artifacts({ callId, artifacts }: { callId: string; artifacts: Artifact[] }) {
  return (
    <ul class="artifacts" aria-label="Files that the run made">
      {artifacts.map((artifact) => (
        <OneArtifact
          key={artifact.name}
          artifact={artifact}
          address={addressOf(callId, artifact.name)}
        />
      ))}
    </ul>
  );
}

function OneArtifact({ artifact, address }: { artifact: Artifact; address: string }) {
  const { name, bytes, path } = artifact;
  const [isOpen, setOpen] = useState(false);
  const kind = previewKind(artifact);
  const shortName = name.split("/").at(-1) ?? name;
  return (
    <li>
      <bdi class="artifact-name" title={path}>
        {name}
      </bdi>
      <span class="quiet">{formatBytes(bytes)}</span>
      {kind !== null && (
        <button
          type="button"
          class="quiet-button"
          aria-expanded={isOpen}
          aria-label={`${isOpen ? "Hide" : "Show"} ${shortName}`}
          onClick={() => setOpen(!isOpen)}
        >
          {isOpen ? "Hide" : "Show"}
        </button>
      )}
      <FetchButton path={address} name={shortName} />
      {kind !== null && isOpen && <ArtifactPreview kind={kind} name={name} address={address} />}
    </li>
  );
}

function addressOf(callId: string, name: string): string {
  return `v1/runs/${encodeURIComponent(callId)}/artifacts/${encodeURIComponent(name)}`;
}
