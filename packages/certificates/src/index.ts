export { tlsFilesIn } from "./certificate-folder.ts";
export { certificatesIn } from "./certificate-texts.ts";
export { checkPeer } from "./check-peer.ts";
export { describeTlsFailure } from "./describe-tls-failure.ts";
export { identityOf } from "./identity.ts";
export {
  type KeepOptions,
  type Kept,
  keepCertificates,
  RENEW_WITHIN_DAYS,
} from "./keep-certificates.ts";
export { openTls, type Tls } from "./open-tls.ts";
export { hostsOf, isParty, PARTIES, PARTY_NAMES, type PartyName } from "./parties.ts";
export type { TlsFiles, TlsMaterial } from "./tls-files.ts";
