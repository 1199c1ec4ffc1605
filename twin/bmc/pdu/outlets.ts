import type { PduBmcConfig } from "../config.js";
import type { FaultSet } from "../faults.js";
import type { PowerState } from "../power.js";
import type { NodeFeeds } from "./feeds.js";

/** What a cell of the table holds. */
export type Cell =
  | { readonly kind: "integer"; readonly value: number }
  | { readonly kind: "string"; readonly value: string };
/** In snmpd's words. */
export type Written = "done" | "not-writable" | "wrong-value";

/** The outlets of one unit that feed one node. A request is taken at once and carried out afterwards, as by a real unit. */
export class Outlets {
  readonly #config: PduBmcConfig;
  readonly #faults: FaultSet;
  readonly #feeds: NodeFeeds;
  /** Other cells hold something else from now on. */
  readonly #changed: () => void;
  readonly #before = new Map<string, { readonly state: PowerState; readonly until: number }>();

  constructor(config: PduBmcConfig, faults: FaultSet, feeds: NodeFeeds, changed: () => void) {
    this.#config = config;
    this.#faults = faults;
    this.#feeds = feeds;
    this.#changed = changed;
    for (const row of config.outlets) feeds.add(this.#feed(row));
    feeds.onChange(changed);
    faults.onChange(changed);
  }

  /** Everything that can be read, by its place. */
  cells(): readonly (readonly [oid: string, cell: Cell])[] {
    const { table } = this.#config;
    return this.#config.outlets.flatMap((row): (readonly [string, Cell])[] => [
      [`${table.state.oid}.${row}`, { kind: "integer", value: this.#code(row) }],
      ...(table.name === undefined
        ? []
        : [
            [
              `${table.name}.${row}`,
              { kind: "string", value: `${this.#owner()} outlet ${row}` },
            ] as const,
          ]),
      [`${table.on.oid}.${row}`, { kind: "integer", value: table.on.value }],
    ]);
  }

  /** Nothing where the cell is none of theirs. */
  write(oid: string, value: number): Written | undefined {
    for (const row of this.#config.outlets) {
      const here = this.#commands(row).filter((command) => command.oid === oid);
      if (here.length === 0) continue;
      const meant = here.find((command) => command.value === value);
      if (this.#faults.has("forbids-power")) return "not-writable";
      if (meant === undefined) return "wrong-value";
      if (!this.#faults.has("ignores-power")) this.#switch(row, meant.wanted);
      return "done";
    }
    return undefined;
  }

  #switch(row: string, wanted: PowerState): void {
    const lag = this.#faults.get("power-lag");
    if (lag !== undefined) {
      const state = this.#feeds.state(this.#feed(row));
      this.#before.set(row, { state, until: Date.now() + lag.seconds * 1000 });
      setTimeout(this.#changed, lag.seconds * 1000 + 1).unref();
    }
    this.#feeds.request(this.#feed(row), wanted);
  }

  #commands(row: string) {
    const { off, on } = this.#config.table;
    return [
      { oid: `${off.oid}.${row}`, value: off.value, wanted: "off" as const },
      { oid: `${on.oid}.${row}`, value: on.value, wanted: "on" as const },
    ];
  }

  #code(row: string): number {
    const { off, on } = this.#config.table.state;
    const lie = this.#faults.get("lies");
    const before = this.#before.get(row);
    const late = this.#faults.has("power-lag") && before !== undefined && Date.now() < before.until;
    const says = lie?.says ?? (late ? before.state : this.#feeds.state(this.#feed(row)));
    if (says === "off") return off;
    // Units have further states, of outlets that are about to change.
    return says === "on" ? on : Math.max(off, on) + 1;
  }

  #owner(): string {
    const wrong = this.#faults.get("wrong-identity");
    return wrong === undefined ? this.#config.node : (wrong.hostname ?? "stranger");
  }

  #feed(row: string): string {
    return `${this.#config.address}:${this.#config.port}/${row}`;
  }
}
