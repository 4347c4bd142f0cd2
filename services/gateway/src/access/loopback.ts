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

/** Whether a page of this origin was served by this host itself. */
export function isSameOrigin(origin: string, host: string): boolean {
  return URL.canParse(origin) && new URL(origin).host === host.toLowerCase();
}

function withoutPort(host: string): string {
  return host.replace(/:\d+$/, "");
}
