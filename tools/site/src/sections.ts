/** A section of the site: its pages in the order they are read, by their file in docs/. */
export interface Section {
  text: string;
  pages: readonly { file: string; text: string }[];
}

/** Where every page of docs/ stands. Pages that are made are named as they are written. */
export const SECTIONS: readonly Section[] = [
  {
    text: "Start",
    pages: [{ file: "start/ten-minutes.md", text: "Ten minutes" }],
  },
  {
    text: "Guides",
    pages: [
      { file: "guides/write-a-directive.md", text: "Write a directive" },
      { file: "guides/use-from-a-program.md", text: "Use it from a program" },
      { file: "language-models.md", text: "Connect a language model" },
      { file: "mcp.md", text: "Add Lilux to an editor or chat" },
      { file: "openai.md", text: "Use it as OpenAI's API" },
      { file: "teaching.md", text: "Teach the router" },
      { file: "evaluating-the-router.md", text: "Evaluate the router" },
      { file: "evaluating-the-orchestrator.md", text: "Evaluate a language model" },
      { file: "tenants.md", text: "Run it for many tenants" },
      { file: "flywheel.md", text: "Learn from what people did" },
    ],
  },
  {
    text: "Concepts",
    pages: [
      { file: "architecture.md", text: "Architecture" },
      { file: "items.md", text: "Items" },
      { file: "permissions.md", text: "Permissions and effects" },
      { file: "warming.md", text: "Warming" },
      { file: "search.md", text: "Search" },
      { file: "sandbox.md", text: "The sandbox" },
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
      { file: "reference/errors.md", text: "Errors" },
      { file: "reference/metrics.md", text: "Metrics" },
    ],
  },
  {
    text: "Operations",
    pages: [
      { file: "operations/failure-modes.md", text: "Failure modes" },
      { file: "operations/credentials.md", text: "Credentials" },
      { file: "operations/registry.md", text: "Registry" },
      { file: "operations/kubernetes.md", text: "Kubernetes" },
      { file: "operations/backup.md", text: "Backup and restore" },
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
