/** By the codes that Node and OpenSSL give; each with what to do. */
const SENTENCES: readonly [RegExp, string][] = [
  [
    /CERT_HAS_EXPIRED|certificate has expired/,
    "its certificate has ended: renew it (`lilux certs make --renew`)",
  ],
  [
    /CERT_NOT_YET_VALID|not yet valid/,
    "its certificate has not begun: look at the clocks of both machines",
  ],
  [
    /UNABLE_TO_VERIFY|SELF_SIGNED|UNABLE_TO_GET_ISSUER|CERT_SIGNATURE_FAILURE|unable to (verify|get)|self-signed/,
    "its certificate is not of the authority in LILUX_TLS_CA_FILE",
  ],
  [
    /ALTNAME_INVALID|does not match certificate|IDENTITY_DIFFERS/,
    "its certificate is another's: correct the address, or give it one that names it",
  ],
  [
    /INVALID_PURPOSE|unsuitable certificate purpose/,
    "its certificate is not made for what it is used for here",
  ],
  [
    /ENDED_IN_HANDSHAKE/,
    "it ended the connection at once, as it does where it refuses our certificate: its log says why",
  ],
  [
    /WRONG_VERSION_NUMBER|PACKET_LENGTH_TOO_LONG|UNKNOWN_PROTOCOL|HTTP_REQUEST|http request|wrong version number|packet length too long/,
    "it does not speak TLS: give it certificates, too, or take ours away",
  ],
  [
    /ALERT_CERTIFICATE_REQUIRED|alert certificate required|PEER_DID_NOT_RETURN/,
    "it wants a certificate and was shown none: set LILUX_TLS_CERT_FILE",
  ],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE|CERTIFICATE_UNKNOWN|CERTIFICATE_EXPIRED|ACCESS_DENIED)|alert (unknown ca|bad certificate|certificate (unknown|expired))/,
    "it refuses our certificate: both sides need the same authority, and certificates that have not ended",
  ],
];

const DEPTH_MAX = 5;

/**
 * What a failed handshake means, as the end of a sentence whose subject is the other side. Undefined
 * for what has nothing to do with certificates, such as a server that is not there.
 */
export function describeTlsFailure(error: unknown): string | undefined {
  let at = error;
  for (let depth = 0; at instanceof Error && depth < DEPTH_MAX; depth += 1) {
    const { code = "" } = at as NodeJS.ErrnoException;
    const text = `${code} ${at.message}`;
    const found = SENTENCES.find(([pattern]) => pattern.test(text));
    if (found !== undefined) return found[1];
    at = at.cause;
  }
  return undefined;
}
