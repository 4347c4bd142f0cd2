/** Whose request it is: the tenant, and who of it, as far as credentials tell people apart. */
export interface Caller {
  tenant: string;
  /** The same for the same key. */
  person: string;
}
