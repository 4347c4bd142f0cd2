import {
  bytesOf,
  STORAGE_KINDS,
  type StorageBytes,
  type StorageRow,
  type UsageRow,
} from "@lilux/protocol";
import { useCallback } from "preact/hooks";
import { saveBlob } from "../view/download-button.tsx";
import { BudgetTable } from "./budget-table.tsx";
import { LimitsForm } from "./limits-form.tsx";
import type { SectionProps } from "./section-props.ts";
import { usageCsv } from "./usage-csv.ts";
import { useLoaded } from "./use-loaded.ts";
import { useSubmit } from "./use-submit.ts";

const DAYS = 30;
const DAY_MS = 86_400_000;

/** What a tenant may take, and what it took. */
export function UsageSection({ door, tenant, me, tell }: SectionProps) {
  const loadRecord = useCallback(() => door.tenant(tenant), [door, tenant]);
  const { value: record, reload } = useLoaded(loadRecord, tell);
  const loadUsage = useCallback(() => {
    const [from = "", to = ""] = [daysAgo(DAYS - 1), daysAgo(0)];
    return door.usage(tenant, { from, to });
  }, [door, tenant]);
  const { value: answer } = useLoaded(loadUsage, tell);
  const { problem, submit } = useSubmit({ tell, reload });
  const usage = answer?.usage;

  return (
    <>
      {usage !== undefined && <UsageChart usage={usage} />}
      {answer !== undefined && <Kept storage={answer.storage} />}
      {answer !== undefined && <BudgetTable {...answer} />}
      {usage !== undefined && usage.length > 0 && (
        <>
          <WhoTook usage={usage} />
          <p>
            <button
              type="button"
              class="button"
              onClick={() => saveBlob(csvOf(usage), `${tenant}-usage.csv`)}
            >
              Download as CSV
            </button>
          </p>
        </>
      )}
      {record !== undefined && (
        <LimitsForm
          key={JSON.stringify([record.plan, record.limits])}
          record={record}
          problem={problem}
          onChange={
            me.verbs.includes("operate")
              ? (change) =>
                  submit(door.changeTenant(tenant, change), "The limits count within five seconds.")
              : undefined
          }
        />
      )}
    </>
  );
}

function csvOf(usage: readonly UsageRow[]): Blob {
  return new Blob([usageCsv(usage)], { type: "text/csv;charset=utf-8" });
}

/** Turns a day, as bars that a screen reader is read as one sentence. */
function UsageChart({ usage }: { usage: readonly UsageRow[] }) {
  const days = Array.from({ length: DAYS }, (_, place) => {
    const day = daysAgo(DAYS - 1 - place);
    const turns = usage.reduce((sum, row) => (row.day === day ? sum + row.turns : sum), 0);
    return { day, turns };
  });
  const most = Math.max(1, ...days.map(({ turns }) => turns));
  const total = days.reduce((sum, { turns }) => sum + turns, 0);
  const width = 100 / DAYS;
  return (
    <figure class="admin-chart">
      <figcaption>
        {total} turns in {DAYS} days, at most {Math.max(0, ...days.map(({ turns }) => turns))} on
        one
      </figcaption>
      <svg
        viewBox="0 0 100 30"
        preserveAspectRatio="none"
        role="img"
        aria-label={`Turns a day from ${days[0]?.day} to ${days.at(-1)?.day}`}
      >
        {days.map(({ day, turns }, place) => (
          <rect
            key={day}
            x={place * width + width * 0.1}
            y={29 - (28 * turns) / most}
            width={width * 0.8}
            height={turns === 0 ? 0.4 : (28 * turns) / most + 0.4}
          >
            <title>{`${day}: ${turns}`}</title>
          </rect>
        ))}
      </svg>
      <p class="admin-axis" aria-hidden="true">
        <span>{days[0]?.day}</span>
        <span>{days.at(-1)?.day}</span>
      </p>
    </figure>
  );
}

const KINDS: Readonly<Record<keyof StorageBytes, string>> = {
  items: "items",
  registry: "registry",
  turns: "turns",
  history: "conversations",
  contexts: "warm contexts",
  learning: "learning",
};

/** What the tenant keeps, as it was last measured. */
function Kept({ storage }: { storage: readonly StorageRow[] }) {
  const last = storage.at(-1);
  if (last === undefined) return <p class="quiet">What is stored is measured once an hour.</p>;
  const { bytes, measuredAt } = last;
  const kinds = STORAGE_KINDS.filter((kind) => (bytes[kind] ?? 0) > 0);
  const parts = kinds.map((kind) => `${KINDS[kind]} ${sizeOf(bytes[kind] ?? 0)}`).join(", ");
  return (
    <p>
      {sizeOf(bytesOf(bytes))} stored{parts === "" ? "" : `: ${parts}`}{" "}
      <span class="quiet">({new Date(measuredAt).toLocaleString()})</span>
    </p>
  );
}

/** In thousands, as it is priced. */
function sizeOf(bytes: number): string {
  if (bytes < 1e3) return `${bytes} B`;
  if (bytes < 1e6) return `${(bytes / 1e3).toFixed(1)} kB`;
  return bytes < 1e9 ? `${(bytes / 1e6).toFixed(1)} MB` : `${(bytes / 1e9).toFixed(2)} GB`;
}

function WhoTook({ usage }: { usage: readonly UsageRow[] }) {
  const people = Map.groupBy(usage, ({ person }) => person);
  const rows = [...people].map(([person, own]) => ({
    person,
    turns: sumOf(own, "turns"),
    calls: sumOf(own, "calls"),
    tokens: sumOf(own, "promptTokens") + sumOf(own, "completionTokens"),
  }));
  return (
    <div class="admin-table">
      <table>
        <caption>Who took it</caption>
        <thead>
          <tr>
            <th scope="col">Person or key</th>
            <th scope="col">Turns</th>
            <th scope="col">Calls</th>
            <th scope="col">Tokens</th>
          </tr>
        </thead>
        <tbody>
          {rows
            .toSorted((a, b) => b.turns - a.turns)
            .map(({ person, turns, calls, tokens }) => (
              <tr key={person}>
                <th scope="row">{person}</th>
                <td>{turns}</td>
                <td>{calls}</td>
                <td>{tokens}</td>
              </tr>
            ))}
        </tbody>
      </table>
    </div>
  );
}

function sumOf(
  rows: readonly UsageRow[],
  field: "turns" | "calls" | "promptTokens" | "completionTokens",
): number {
  return rows.reduce((sum, row) => sum + row[field], 0);
}

function daysAgo(days: number): string {
  return new Date(Date.now() - days * DAY_MS).toISOString().slice(0, 10);
}
