import { isRecord, tableColumns } from "../text/result-kind.ts";
import { ShowMore } from "./show-more.tsx";
import { SourceText } from "./source-text.tsx";

const ROWS_STEP = 12;
const DEPTH_MAX = 6;
const INLINE_CHARACTERS_MAX = 1_000;

/** Any JSON: lists of flat objects as a table, the rest as a tree. */
export function JsonView({ value, depth = 0 }: { value: unknown; depth?: number }) {
  const columns = tableColumns(value);
  if (columns !== null) return <JsonTable rows={value as Row[]} columns={columns} />;
  if (depth >= DEPTH_MAX) return <SourceText text={JSON.stringify(value)} />;
  if (Array.isArray(value)) return <JsonList list={value} depth={depth} />;
  if (isRecord(value)) return <JsonObject record={value} depth={depth} />;
  return <Scalar value={value} />;
}

type Row = Record<string, unknown>;

function JsonTable({ rows, columns }: { rows: Row[]; columns: string[] }) {
  return (
    <ShowMore of={rows} step={ROWS_STEP} what="rows">
      {(shown) => (
        <div class="table-scroll">
          <table>
            <thead>
              <tr>
                {columns.map((name) => (
                  <th key={name} class={typeof rows[0]?.[name] === "number" ? "number" : ""}>
                    {name}
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {shown.map((row, at) => (
                <tr key={at}>
                  {columns.map((name) => (
                    <td key={name} class={typeof row[name] === "number" ? "number" : ""}>
                      {row[name] === undefined ? "" : <Scalar value={row[name]} />}
                    </td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </ShowMore>
  );
}

function JsonList({ list, depth }: { list: unknown[]; depth: number }) {
  if (list.length === 0) return <span class="quiet">empty list</span>;
  return (
    <ShowMore of={list} step={ROWS_STEP} what="entries">
      {(shown) => (
        <ol class="json-list">
          {shown.map((entry, at) => (
            <li key={at}>
              <JsonView value={entry} depth={depth + 1} />
            </li>
          ))}
        </ol>
      )}
    </ShowMore>
  );
}

function JsonObject({ record, depth }: { record: Row; depth: number }) {
  const entries = Object.entries(record);
  if (entries.length === 0) return <span class="quiet">empty object</span>;
  return (
    <ShowMore of={entries} step={ROWS_STEP} what="fields">
      {(shown) => (
        <dl class="json-object">
          {shown.map(([name, value]) => (
            <div key={name} class={isNested(value) ? "nested" : ""}>
              <dt>
                <bdi>{name}</bdi>
              </dt>
              <dd>
                <JsonView value={value} depth={depth + 1} />
              </dd>
            </div>
          ))}
        </dl>
      )}
    </ShowMore>
  );
}

function Scalar({ value }: { value: unknown }) {
  if (Array.isArray(value)) return <>{value.join(", ")}</>;
  if (typeof value === "string") {
    return value.includes("\n") || value.length > INLINE_CHARACTERS_MAX ? (
      <SourceText text={value} />
    ) : (
      <bdi class="json-string">{value}</bdi>
    );
  }
  return <span class={value === null ? "quiet" : "json-value"}>{String(value)}</span>;
}

function isNested(value: unknown): boolean {
  return typeof value === "object" && value !== null && Object.keys(value).length > 0;
}
