import { useCallback, useEffect, useRef, useState } from "preact/hooks";
import { ThemeToggle } from "../view/theme-toggle.tsx";
import type { AdminDoor, Me } from "./admin-door.ts";
import { ApprovalsSection } from "./approvals-section.tsx";
import { AuditSection } from "./audit-section.tsx";
import { KeysSection } from "./keys-section.tsx";
import { PeopleSection } from "./people-section.tsx";
import { SettingsSection } from "./settings-section.tsx";
import { TenantsSection } from "./tenants-section.tsx";
import { UsageSection } from "./usage-section.tsx";

export interface AdminPageProps {
  door: AdminDoor;
  me: Me;
  onQuit(): void;
}

const SECTIONS = ["Tenants", "People", "Keys", "Usage", "Settings", "Audit", "Approvals"] as const;
type Section = (typeof SECTIONS)[number];

/** What concerns one tenant, and is nothing without one. */
const OF_TENANT = {
  People: PeopleSection,
  Keys: KeysSection,
  Usage: UsageSection,
  Settings: SettingsSection,
  Audit: AuditSection,
  Approvals: ApprovalsSection,
} as const;

/** The administration. A digit opens a section, q leaves; all else is fields and buttons. */
export function AdminPage({ door, me, onQuit }: AdminPageProps) {
  const isOperator = me.verbs.includes("operate");
  const [tenant, setTenant] = useState(isOperator ? "" : me.tenant);
  const [section, setSection] = useState<Section>(isOperator ? "Tenants" : "People");
  const [notice, setNotice] = useState("");
  const desk = useRef<HTMLElement>(null);
  const tell = useCallback((message: string) => setNotice(message), []);
  const open = SECTIONS.filter((name) => mayOpen(name, me));

  useEffect(() => desk.current?.focus(), []);

  function onKeyDown(event: KeyboardEvent): void {
    const { target, key } = event;
    if (event.ctrlKey || event.metaKey || event.altKey || event.repeat) return;
    if (target instanceof Element && target.closest("input, textarea, select") !== null) {
      if (key === "Escape") desk.current?.focus();
      return;
    }
    const named = open[Number(key) - 1];
    if (key === "q") onQuit();
    else if (named === undefined) return;
    else setSection(named);
    event.preventDefault();
  }

  const shared = { door, tenant, me, tell };
  return (
    <main class="admin" ref={desk} tabIndex={-1} onKeyDown={onKeyDown}>
      <header class="admin-head">
        <h1>Administration{tenant === "" ? "" : `: ${tenant}`}</h1>
        <p class="quiet">{me.person}</p>
        <ThemeToggle />
      </header>
      <nav class="admin-nav" aria-label="Sections">
        {open.map((name, place) => (
          <button
            key={name}
            type="button"
            class="button"
            aria-current={name === section ? "page" : undefined}
            onClick={() => setSection(name)}
          >
            <kbd>{place + 1}</kbd> {name}
          </button>
        ))}
        <button type="button" class="button" onClick={onQuit}>
          <kbd>q</kbd> quit
        </button>
      </nav>
      <p class="admin-notice" aria-live="polite">
        {notice}
      </p>
      <section class="admin-section" aria-label={section}>
        <h2>{section}</h2>
        {section === "Tenants" ? (
          <TenantsSection
            {...shared}
            onChosen={(name) => {
              setTenant(name);
              setSection("People");
            }}
          />
        ) : (
          <OfTenant {...shared} section={section} />
        )}
      </section>
    </main>
  );
}

function OfTenant({
  section,
  ...shared
}: { section: Exclude<Section, "Tenants"> } & Parameters<typeof PeopleSection>[0]) {
  const Shown = OF_TENANT[section];
  if (shared.tenant === "") return <p class="quiet">Choose a tenant first: key 1.</p>;
  return <Shown key={`${shared.tenant} ${section}`} {...shared} />;
}

function mayOpen(name: Section, { verbs }: Me): boolean {
  if (name === "Tenants") return verbs.includes("operate");
  // What waits in a tenant is for people of it.
  if (name === "Approvals") return verbs.includes("approve");
  return verbs.includes("operate") || verbs.includes("admin");
}
