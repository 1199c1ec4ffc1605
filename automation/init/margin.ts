/** A remark of the file, above the key that it is about. */
export interface Note {
  readonly path: readonly string[];
  readonly text: string;
}

/** What stands beside the wish: remarks, what stays as it is without a word in the file, and what a run would change. */
export class Margin {
  readonly notes: Note[] = [];
  readonly unsaid: string[] = [];
  readonly differs: string[] = [];
  /** Places of secrets, and what is to be put there. */
  readonly secrets: { readonly place: string; readonly what: string }[] = [];

  note(path: readonly string[], text: string): void {
    this.notes.push({ path, text });
  }

  /** The file cannot say it; a run leaves it alone. */
  leave(what: string): void {
    if (!this.unsaid.includes(what)) {
      this.unsaid.push(what);
    }
  }

  /** The file cannot say it, and a run would make it another thing. */
  warn(what: string): void {
    if (!this.differs.includes(what)) {
      this.differs.push(what);
    }
  }

  /** A variable of the environment for a secret that nobody has named a place for. */
  secret(name: string, what: string): { env: string } {
    const env = name
      .toUpperCase()
      .replaceAll(/[^A-Z0-9]+/g, "_")
      .replace(/^(?=\d)/, "P_");
    if (!this.secrets.some(({ place }) => place === env)) {
      this.secrets.push({ place: env, what });
    }
    return { env };
  }
}
