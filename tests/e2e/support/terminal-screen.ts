export const COLUMNS = 60;
const ROWS = 24;

/** What a terminal of 60 columns and 24 rows has, with all that has left it at its top. */
export class TerminalScreen {
  private readonly lines: string[] = [""];
  private row = 0;
  private column = 0;

  /** Signs that neither are text nor move the cursor, such as those of a colour, are a mistake of whoever wrote them. */
  constructor(written: string) {
    // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with one
    for (const [sign, count, order] of written.matchAll(/\u001b\[(\d*)([A-Za-z])|[\s\S]/g)) {
      if (order === undefined) {
        this.put(sign);
      } else {
        this.obey(order, count ?? "");
      }
    }
  }

  /** From the first one that was ever written, without the empty ones at the end. */
  get all(): readonly string[] {
    return this.lines.join("\n").trimEnd().split("\n");
  }

  private put(sign: string): void {
    if (sign === "\r") {
      this.column = 0;
    } else if (sign === "\n") {
      this.down();
    } else if (sign < " ") {
      throw new Error(`a terminal is sent ${JSON.stringify(sign)}`);
    } else {
      if (this.column === COLUMNS) {
        this.column = 0;
        this.down();
      }
      const line = (this.lines[this.row] ?? "").padEnd(this.column);
      this.lines[this.row] = `${line.slice(0, this.column)}${sign}${line.slice(this.column + 1)}`;
      this.column += 1;
    }
  }

  private down(): void {
    this.row += 1;
    this.lines[this.row] ??= "";
  }

  private obey(order: string, count: string): void {
    const top = Math.max(0, this.lines.length - ROWS);
    switch (order) {
      case "A":
        this.row = Math.max(top, this.row - Number(count || 1));
        return;
      case "G":
        this.column = Number(count || 1) - 1;
        return;
      case "H":
        this.row = top;
        this.column = 0;
        return;
      case "K":
        this.cutLine();
        return;
      case "J":
        this.clear(count === "2" ? top : this.row);
        return;
      default:
        throw new Error(`a terminal is sent the order ${count}${order}`);
    }
  }

  private cutLine(): void {
    this.lines[this.row] = (this.lines[this.row] ?? "").slice(0, this.column);
  }

  private clear(from: number): void {
    if (from === this.row) {
      this.cutLine();
    }
    const kept = from === this.row ? from + 1 : from;
    for (let row = kept; row < this.lines.length; row += 1) {
      this.lines[row] = "";
    }
  }
}
