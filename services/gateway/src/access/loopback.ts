const LOOPBACK = /^(localhost|([a-z0-9-]+\.)+localhost|127(\.\d{1,3}){3}|\[::1\]|::1)$/;

/** Whether a name or address can only be this machine. */
export function isLoopbackHost(host: string): boolean {
  return LOOPBACK.test(host.toLowerCase());
}

export interface RequestOrigin {
  /** The Host header. */
  host: string | undefined;
  /** The Origin header. */
  origin: string | undefined;
  /** The Sec-Fetch-Site header. */
  fetchSite: string | undefined;
}

/**
 * Why a request to a server without keys must be refused; undefined when it may
 * pass. Without keys the loopback interface is the only wall, and a browser is
 * inside it: a page of any site could otherwise call us (cross-site WebSocket
 * hijack), or point a name of its own at 127.0.0.1 (DNS rebinding).
 */
export function foreignOrigin({ host, origin, fetchSite }: RequestOrigin): string | undefined {
  if (host === undefined || !isLoopbackHost(withoutPort(host))) {
    return "Host must be localhost or a loopback address, as no API keys are configured.";
  }
  if (origin !== undefined && !isSameOrigin(origin, host)) {
    return "Pages of other origins may not use this server, as no API keys are configured.";
  }
  if (origin === undefined && fetchSite === "cross-site") {
    return "Requests from other sites are refused, as no API keys are configured.";
  }
  return undefined;
}

/** Where pages may come from when there are keys. */
export interface PagePolicy {
  origins: readonly string[];
  /** Whether what the page has is a ticket, which a page can have been given by anybody. */
  hasTicket: boolean;
}

/**
 * Why a page may not use a server with keys; undefined when it may, and for
 * whoever is no page. A key is a credential nobody's browser sends by itself, so
 * that pages from elsewhere are refused only where somebody said which may. A
 * ticket stands in an address and may have been taken from one: without a list it
 * is good for pages of this server and of this machine.
 */
export function strangePage(
  { host, origin }: Pick<RequestOrigin, "host" | "origin">,
  { origins, hasTicket }: PagePolicy,
): string | undefined {
  if (origin === undefined || isSameOrigin(origin, host ?? "")) return undefined;
  if (origins.includes(origin.toLowerCase())) return undefined;
  if (origins.length === 0 && (!hasTicket || isLoopbackOrigin(origin))) return undefined;
  return "Pages of this origin may not use this server. Name it in LILUX_ORIGINS, or behind the key, if they should.";
}

function isLoopbackOrigin(origin: string): boolean {
  return URL.canParse(origin) && isLoopbackHost(new URL(origin).hostname);
}

/** Whether a page of this origin was served by this host itself. */
export function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}
