import type { DeletionReport } from "@lilux/protocol";
import { useEffect, useState } from "preact/hooks";
import type { AdminDoor } from "./admin-door.ts";
import { messageOf } from "./use-loaded.ts";

const LOOK_EVERY_MS = 2_000;

export interface DeleteTenantProps {
  door: Pick<AdminDoor, "deleteTenant" | "deletion">;
  tenant: string;
  /** There is a report of a deletion already, begun or done. */
  isBegun: boolean;
  tell(message: string): void;
  onBegun(): void;
  onOver(): void;
}

/** Deletes a tenant once its name was typed again, and shows what became of everything of it. */
export function DeleteTenant({ door, tenant, isBegun, tell, onBegun, onOver }: DeleteTenantProps) {
  const [name, setName] = useState("");
  const [report, setReport] = useState<DeletionReport>();
  const isOver = report?.state === "deleted";
  const isAsked = isBegun || report !== undefined;

  useEffect(() => {
    if (isOver) onOver();
  }, [isOver, onOver]);
  useEffect(() => {
    if (!isAsked || isOver) return;
    const look = (): void => {
      door.deletion(tenant).then(setReport, (thrown: unknown) => tell(messageOf(thrown)));
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    return () => clearInterval(timer);
  }, [door, tenant, isAsked, isOver, tell]);

  if (report !== undefined) return <Report report={report} />;
  if (isAsked) return <p class="quiet">The report is being read.</p>;
  return (
    <form
      class="admin-form"
      onSubmit={(event) => {
        event.preventDefault();
        door.deleteTenant(tenant).then(
          (begun) => {
            setReport(begun);
            onBegun();
          },
          (thrown: unknown) => tell(messageOf(thrown)),
        );
      }}
    >
      <h3>Delete {tenant}</h3>
      <p>
        Its library, turns, what was learnt from it, its keys and people: everything, for good. Its
        name is never given to anybody again.
      </p>
      <label>
        Type its name to confirm
        <input
          value={name}
          autocomplete="off"
          onInput={(event) => setName(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-danger" disabled={name !== tenant}>
        Delete everything of {tenant}
      </button>
    </form>
  );
}

function Report({ report }: { report: DeletionReport }) {
  const { tenant, state, begunBy, removed, kept, unreached, absent } = report;
  return (
    <section class="admin-form" aria-label={`What became of ${tenant}`}>
      <h3>
        {tenant} {state === "deleted" ? "is deleted" : "is being deleted"}
      </h3>
      <p class="quiet" role="status">
        Begun by {begunBy} at {new Date(report.begunAt).toISOString()}
        {report.endedAt !== null && `, done at ${new Date(report.endedAt).toISOString()}`}.
      </p>
      <Listed title="Removed" lines={Object.entries(removed).map(([what, n]) => `${n} ${what}`)} />
      <Listed title="Kept" lines={kept.map(({ what, why }) => `${what}: ${why}`)} />
      <Listed
        title="Did not answer yet; it is asked again"
        lines={unreached.map(({ part, why }) => `${part}: ${why}`)}
      />
      <Listed title="Not there" lines={absent.map(({ part, how }) => `${part}: ${how}`)} />
    </section>
  );
}

function Listed({ title, lines }: { title: string; lines: readonly string[] }) {
  if (lines.length === 0) return null;
  return (
    <>
      <h4>{title}</h4>
      <ul class="admin-list">
        {lines.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
    </>
  );
}
