/** Where what a service is known by lies; PEM. */
export interface TlsFiles {
  /** Those who may sign certificates of ours: one, or several while one follows another. */
  authority: string;
  /** The service's own certificate, and what stands between it and the authority. */
  certificate: string;
  key: string;
}

/** What the files hold. */
export interface TlsMaterial {
  readonly authority: string;
  readonly certificate: string;
  readonly key: string;
}
