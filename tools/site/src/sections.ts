/** A section of the site: its pages in the order they are read, by their file in docs/. */
export interface Section {
  text: string;
  pages: readonly { file: string; text: string }[];
}

/** Where every page of docs/ stands. Pages that are made are named as they are written. */
export const SECTIONS: readonly Section[] = [
  {
    text: "Start",
    pages: [
      { file: "start/ten-minutes.md", text: "Ten minutes" },
      { file: "start/checklist.md", text: "A stranger's checklist" },
    ],
  },
  {
    text: "Guides",
    pages: [
      { file: "guides/write-a-directive.md", text: "Write a directive" },
      { file: "language-models.md", text: "Connect a language model" },
      { file: "mcp.md", text: "Add Lilux to an editor or chat" },
      { file: "guides/use-from-a-program.md", text: "Use it from a program" },
      { file: "openai.md", text: "Use it as OpenAI's API" },
      { file: "guides/run-for-a-team.md", text: "Run it for a team" },
      { file: "tenants.md", text: "Run it for many tenants" },
      { file: "guides/sell-seats.md", text: "Sell seats" },
      { file: "teaching.md", text: "Teach the router" },
      { file: "evaluating-the-router.md", text: "Evaluate the router" },
      { file: "evaluating-the-orchestrator.md", text: "Evaluate a language model" },
      { file: "flywheel.md", text: "Learn from what people did" },
    ],
  },
  {
    text: "Concepts",
    pages: [
      { file: "architecture.md", text: "Architecture" },
      { file: "concepts/confidence.md", text: "Confidence" },
      { file: "concepts/effects.md", text: "Effects" },
      { file: "warming.md", text: "Warming" },
      { file: "concepts/hand-off.md", text: "Hand-off" },
      { file: "items.md", text: "Items" },
      { file: "permissions.md", text: "Permissions" },
      { file: "search.md", text: "Search" },
      { file: "sandbox.md", text: "The sandbox" },
      { file: "secrets.md", text: "Secrets of scripts" },
      { file: "owasp.md", text: "The OWASP lists" },
      { file: "security.md", text: "Security" },
      { file: "glossary.md", text: "Glossary" },
      { file: "decisions/README.md", text: "Decisions" },
    ],
  },
  {
    text: "Reference",
    pages: [
      { file: "operations/configuration.md", text: "Settings" },
      { file: "reference/command.md", text: "Command" },
      { file: "rest.md", text: "REST" },
      { file: "reference/rest.md", text: "REST, every operation" },
      { file: "reference/socket.md", text: "Socket" },
      { file: "reference/mcp.md", text: "MCP, every tool" },
      { file: "reference/errors.md", text: "Errors" },
      { file: "reference/metrics.md", text: "Metrics" },
      { file: "reference/client.md", text: "@lilux/client" },
      { file: "reference/protocol.md", text: "@lilux/protocol" },
    ],
  },
  {
    text: "Operations",
    pages: [
      { file: "operations/README.md", text: "What to look at" },
      { file: "operations/failure-modes.md", text: "Failure modes" },
      { file: "operations/credentials.md", text: "Credentials" },
      { file: "operations/registry.md", text: "Registry" },
      { file: "library-homes.md", text: "Where a library lives" },
      { file: "operations/kubernetes.md", text: "Kubernetes" },
      { file: "operations/backup.md", text: "Backup and restore" },
      { file: "operations/audit.md", text: "Audit it" },
      { file: "operations/shares.md", text: "What tenants share" },
      { file: "operations/supply-chain.md", text: "What it is made of" },
      { file: "operations/objectives.md", text: "Objectives and alerts" },
      { file: "operations/capacity.md", text: "Capacity" },
      { file: "operations/runbook-keystrokes.md", text: "Runbook: keystrokes" },
      { file: "operations/runbook-confidence.md", text: "Runbook: confidence" },
      { file: "operations/runbook-turns.md", text: "Runbook: turns" },
      { file: "operations/runbook-dependencies.md", text: "Runbook: dependencies" },
      { file: "operations/runbook-models.md", text: "Runbook: models" },
    ],
  },
];
