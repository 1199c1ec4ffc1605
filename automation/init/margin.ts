/** A remark of the file, above the key that it is about. */
export interface Note {
  readonly path: readonly string[];
  readonly text: string;
}

/** What is said of hosts: a text once, with all whom it is about. */
class Remarks {
  private readonly said = new Map<string, string[]>();

  add(text: string, node?: string): void {
    const nodes = this.said.get(text) ?? [];
    this.said.set(text, node === undefined ? nodes : [...new Set([...nodes, node])]);
  }

  get lines(): string[] {
    return [...this.said].map(([text, nodes]) =>
      nodes.length === 0 ? text : `${nodes.join(", ")}: ${text}`,
    );
  }
}

/** What stands beside the wish: remarks, what stays as it is without a word in the file, and what a run would change. */
export class Margin {
  readonly notes: Note[] = [];
  /** Places of secrets, and what is to be put there. */
  readonly secrets: { readonly place: string; readonly what: string }[] = [];
  private readonly left = new Remarks();
  private readonly warned = new Remarks();

  get unsaid(): readonly string[] {
    return this.left.lines;
  }

  get differs(): readonly string[] {
    return this.warned.lines;
  }

  note(path: readonly string[], text: string): void {
    this.notes.push({ path, text });
  }

  /** The file cannot say it; a run leaves it alone. */
  leave(what: string, node?: string): void {
    this.left.add(what, node);
  }

  /** The file cannot say it, and a run would make it another thing. */
  warn(what: string, node?: string): void {
    this.warned.add(what, node);
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
