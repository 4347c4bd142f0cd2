/** What the server refused, and which field of what was sent it is about. */
export class AdminError extends Error {
  readonly field: string | undefined;

  constructor(message: string, field: string | undefined) {
    super(message);
    this.field = field;
  }
}
