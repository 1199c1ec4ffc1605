import { visible } from "../visible.js";
import { elapsed, type RunningStep } from "./running-step.js";

/** What this needs of a terminal. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number;
  readonly rows?: number;
}

/** Of a terminal that does not tell, or tells none. */
const USUAL = { columns: 80, rows: 24 };

/** With less of it nobody knows what is waited for. */
const LEAST_OF_WAITS = 30;

/**
 * Lines that stay, and below them one for each node and phase under way, drawn anew in place. Only for terminals; a log
 * gets plain lines.
 */
export class Board {
  private drawn = 0;

  constructor(
    private readonly terminal: Terminal,
    private readonly now: () => number,
  ) {}

  /** Prints lines that stay, then what is under way below them. */
  print(lines: readonly string[], steps: readonly RunningStep[], progress?: string): void {
    const width = Math.max(20, (this.terminal.columns || USUAL.columns) - 1);
    const rows = steps.length === 0 ? [] : this.rows(steps, width);
    const above =
      rows.length === 0 || progress === undefined ? [] : [visible(`  ${progress}`).slice(0, width)];
    const open = this.inSight([...above, ...rows]);
    const back = this.drawn === 0 ? "" : `\u001b[${this.drawn}A\u001b[J`;
    const text = [...lines.map(visible), ...open].map((line) => `${line}\n`).join("");
    this.drawn = open.length;
    if (back !== "" || text !== "") {
      this.terminal.write(`${back}${text}`);
    }
  }

  /** No cursor goes back to a line that has left the screen at its top. The one below the last is the cursor's own. */
  private inSight(lines: readonly string[]): readonly string[] {
    const room = Math.max(2, (this.terminal.rows || USUAL.rows) - 1);
    const shown = lines.slice(0, room - 1);
    return lines.length <= room ? lines : [...shown, `  and ${lines.length - shown.length} more`];
  }

  /** Each says since when, whatever else does not fit: what it waits for goes first, then what it is, then the end of its name. */
  private rows(steps: readonly RunningStep[], width: number): string[] {
    const groups = new Map<string, RunningStep[]>();
    for (const step of steps) {
      const label =
        step.place.phase === "before" ? step.place.of : `${step.place.phase} ${step.place.of}`;
      groups.set(label, [...(groups.get(label) ?? []), step]);
    }
    const wide = Math.max(...[...groups.keys()].map((label) => label.length));
    return [...groups].flatMap(([label, running]) => {
      const [oldest] = running;
      if (oldest === undefined) {
        return [];
      }
      const more = running.length === 1 ? "" : ` and ${running.length - 1} more`;
      const end = `${more}, ${elapsed(oldest, this.now())}`;
      const row = fitting(
        [oldest.text, oldest.name].map((text) => visible(`  ${label.padEnd(wide)}  ${text}`)),
        end,
        width,
      );
      const waits = oldest.waitsFor === undefined ? "" : visible(`; waits for ${oldest.waitsFor}`);
      return [width - row.length < LEAST_OF_WAITS ? row : `${row}${waits}`.slice(0, width)];
    });
  }
}

/** The first of the texts that fits with its end behind it, else as much of the last one as does. */
function fitting(texts: readonly string[], end: string, width: number): string {
  const room = Math.max(0, width - end.length);
  const text = texts.find(({ length }) => length <= room) ?? texts.at(-1) ?? "";
  return `${text.slice(0, room)}${end}`.slice(0, width);
}
