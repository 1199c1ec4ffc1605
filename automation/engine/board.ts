import { visible } from "../visible.js";
import type { RunningStep } from "./live-view.js";

/** What this needs of a terminal. */
export interface Terminal {
  write(text: string): unknown;
  readonly columns?: number;
}

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
    const width = Math.max(20, (this.terminal.columns ?? 80) - 1);
    const rows = steps.length === 0 ? [] : this.rows(steps);
    const above = rows.length === 0 || progress === undefined ? [] : [`  ${progress}`];
    const open = [...above, ...rows].map((row) => visible(row).slice(0, width));
    const back = this.drawn === 0 ? "" : `\u001b[${this.drawn}A\u001b[J`;
    const text = [...lines.map(visible), ...open].map((line) => `${line}\n`).join("");
    this.drawn = open.length;
    if (back !== "" || text !== "") {
      this.terminal.write(`${back}${text}`);
    }
  }

  private rows(steps: readonly RunningStep[]): string[] {
    const groups = new Map<string, RunningStep[]>();
    for (const step of steps) {
      const label =
        step.place.phase === "before" ? step.place.of : `${step.place.phase} ${step.place.of}`;
      groups.set(label, [...(groups.get(label) ?? []), step]);
    }
    const wide = Math.max(...[...groups.keys()].map((label) => label.length));
    return [...groups].map(([label, running]) => {
      const [oldest] = running;
      const seconds = Math.round((this.now() - (oldest?.startedAt ?? this.now())) / 1000);
      const more = running.length === 1 ? "" : ` and ${running.length - 1} more`;
      return `  ${label.padEnd(wide)}  ${oldest?.text ?? ""}${more}, ${seconds} s`;
    });
  }
}
