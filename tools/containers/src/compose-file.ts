import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";

export const ROOT = join(import.meta.dirname, "..", "..", "..");

/** What is looked at of a service in docker-compose.yml; lists are as the file writes them. */
export interface ComposeService {
  image?: string;
  build?: string | { context: string; dockerfile: string };
  user?: string;
  restart?: string;
  read_only?: boolean;
  init?: boolean;
  privileged?: boolean;
  cap_add?: string[];
  cap_drop?: string[];
  security_opt?: string[];
  mem_limit?: string;
  pids_limit?: number;
  shm_size?: string;
  tmpfs?: string[];
  volumes?: string[];
  ports?: string[];
  networks?: string[];
  network_mode?: string;
  entrypoint?: string[];
  command?: string[];
  environment?: Record<string, string>;
  profiles?: string[];
  depends_on?: Record<string, { condition: string }>;
  healthcheck?: { test?: string[]; disable?: boolean };
  [field: string]: unknown;
}

export interface Compose {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
  [field: string]: unknown;
}

/** docker-compose.yml with its anchors merged, as an engine reads it; variables are left as they are. */
export function readCompose(): Compose {
  return parse(readFileSync(join(ROOT, "docker-compose.yml"), "utf8"), { merge: true }) as Compose;
}
