/** One request as the BMC saw it. Bodies and credentials are never kept. */
export interface LoggedRequest {
  readonly at: string;
  readonly method: string;
  readonly path: string;
  /** HTTP status, or the word for what happened instead of an answer. */
  readonly outcome: number | "no answer" | "connection dropped";
  /** What it meant, for example `power off`. */
  readonly note?: string;
}

const KEPT = 2000;

export class RequestLog {
  readonly #entries: LoggedRequest[] = [];

  add(entry: Omit<LoggedRequest, "at">): void {
    this.#entries.push({ at: new Date().toISOString(), ...entry });
    if (this.#entries.length > KEPT) this.#entries.shift();
  }

  list(): readonly LoggedRequest[] {
    return this.#entries;
  }

  clear(): void {
    this.#entries.length = 0;
  }
}
