import type { Artifact } from "@lilux/protocol";
import { formatBytes } from "../text/format.ts";
import { FetchButton } from "./fetch-button.tsx";

/** The files a run made, each to be downloaded. */
export function Artifacts({ callId, artifacts }: { callId: string; artifacts: Artifact[] }) {
  return (
    <ul class="artifacts" aria-label="Files that the run made">
      {artifacts.map(({ name, bytes, path }) => (
        <li key={name}>
          <bdi class="artifact-name" title={path}>
            {name}
          </bdi>
          <span class="quiet">{formatBytes(bytes)}</span>
          <FetchButton path={pathOf(callId, name)} name={name.split("/").at(-1) ?? name} />
        </li>
      ))}
    </ul>
  );
}

function pathOf(callId: string, name: string): string {
  return `v1/runs/${encodeURIComponent(callId)}/artifacts/${encodeURIComponent(name)}`;
}
