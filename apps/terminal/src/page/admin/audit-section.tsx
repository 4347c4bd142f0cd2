import type { AdminRecord } from "@lilux/protocol";
import { useCallback } from "preact/hooks";
import { saveBlob } from "../view/download-button.tsx";
import type { SectionProps } from "./section-props.ts";
import { useLoaded } from "./use-loaded.ts";
import { type ChainVerdict, verifyChain } from "./verify-chain.ts";

const SHOWN_MAX = 500;

/** What was done to a tenant, newest first, and whether nothing is missing or changed. */
export function AuditSection({ door, tenant, tell }: SectionProps) {
  const load = useCallback(async () => {
    const records = await door.records(tenant);
    return { records, verdict: await verifyChain(tenant, records) };
  }, [door, tenant]);
  const { value } = useLoaded(load, tell);
  if (value === undefined) return <p class="quiet">The chain is being checked.</p>;
  const { records, verdict } = value;
  return (
    <>
      <p class={verdict.isWhole ? "admin-good" : "admin-bad"} role="status">
        {sentenceOf(verdict, records.length)}
      </p>
      <p>
        <button
          type="button"
          class="button"
          onClick={() => saveBlob(exportOf(tenant, records), `${tenant}-records.json`)}
        >
          Download all records
        </button>
      </p>
      <div class="admin-table">
        <table>
          <caption>Records</caption>
          <thead>
            <tr>
              <th scope="col">When (UTC)</th>
              <th scope="col">Who</th>
              <th scope="col">What</th>
              <th scope="col">On</th>
            </tr>
          </thead>
          <tbody>
            {records
              .toReversed()
              .slice(0, SHOWN_MAX)
              .map((record) => (
                <RecordRow key={record.position} record={record} />
              ))}
          </tbody>
        </table>
      </div>
    </>
  );
}

/** As they were answered, each with its hash: whoever has the file can look at the chain again. */
function exportOf(tenant: string, records: readonly AdminRecord[]): Blob {
  const text = JSON.stringify({ tenant, records }, null, 2);
  return new Blob([text], { type: "application/json" });
}

function RecordRow({ record }: { record: AdminRecord }) {
  const { at, actor, action, target, detail } = record;
  const isEmpty = Object.keys(detail).length === 0;
  return (
    <tr>
      <th scope="row">{new Date(at).toISOString().slice(0, 19).replace("T", " ")}</th>
      <td>{actor}</td>
      <td>{action}</td>
      <td>
        {target}
        {!isEmpty && (
          <details>
            <summary>Detail</summary>
            <pre class="source">{JSON.stringify(detail, null, 2)}</pre>
          </details>
        )}
      </td>
    </tr>
  );
}

function sentenceOf(verdict: ChainVerdict, count: number): string {
  if (verdict.isWhole)
    return `${count} records, each follows the one before: none is missing or changed.`;
  return `Record ${verdict.at} does not follow the one before it, or was changed. Compare with an export.`;
}
