import type { TlsFiles } from "@lilux/certificates";

/** Where a container of docker-compose.yml finds what is its own. */
export const IN_CONTAINER: TlsFiles = {
  authority: "/credentials/ca.pem",
  certificate: "/credentials/cert.pem",
  key: "/credentials/key.pem",
};
