/** Lines of a member's journal, as `journalctl -o short-unix` prints them. */
export interface Journal {
  readonly by: string;
  readonly text: string;
}

/** What was seen of the loss of a node and its recovery, in seconds after the loss, by the members' own clocks. */
export interface Timeline {
  /** The others formed a membership without it. */
  readonly absentS: number | undefined;
  /** Its own watchdog was no longer fed, as its journal says; a kernel that stands still leaves no such line. */
  readonly selfResetS: number | undefined;
  readonly offConfirmedS: number | undefined;
  /** Another member became HA master. */
  readonly newMasterS: number | undefined;
  /** HA took the lost node's lock. */
  readonly lockS: number | undefined;
  /** When each guest was started again, elsewhere or on the node itself when it was back early. */
  readonly guestsUpS: Readonly<Record<string, number>>;
  /** It was in the membership again. */
  readonly memberAgainS: number | undefined;
}

export interface Loss {
  readonly node: string;
  readonly id: number;
  /** In seconds since 1970. */
  readonly at: number;
  /** Guests that HA has to start elsewhere. */
  readonly guests: readonly string[];
}

/** What tells it; the journals are asked for these units alone. */
const UNITS = [
  "corosync",
  "pve-ha-crm",
  "pve-ha-lrm",
  "proxmox-ha-fencer",
  "watchdog-mux",
] as const;

/** Shell that prints a member's journal since the loss; some seconds more, because clocks differ a little. */
export function journalScript(at: number): string {
  const units = UNITS.map((unit) => `-u ${unit}`).join(" ");
  return `journalctl ${units} --since @${Math.floor(at) - 2} -o short-unix --no-pager --quiet`;
}

/** Puts together what the journals say. */
export function timelineOf(loss: Loss, journals: readonly Journal[]): Timeline {
  const { node, id, at, guests } = loss;
  const others = entriesOf(journals.filter(({ by }) => by !== node));
  const own = entriesOf(journals.filter(({ by }) => by === node));
  const first = (entries: readonly Entry[], pattern: RegExp, from = at - 2): number | undefined => {
    const times = entries
      .filter((entry) => entry.at >= from && pattern.test(entry.text))
      .map((entry) => entry.at);
    return times.length === 0 ? undefined : Math.min(...times);
  };
  const since = (instant: number | undefined): number | undefined =>
    instant === undefined ? undefined : Math.max(0, Math.round((instant - at) * 10) / 10);
  const absent = first(
    others,
    new RegExp(`Members(?: joined:(?: \\d+)*)? left:(?: \\d+)* ${id}(?= |$)`),
  );
  return {
    absentS: since(absent),
    selfResetS: since(first(own, /client watchdog expired/)),
    offConfirmedS: since(first(others, new RegExp(`FENCED: ${node} is off`))),
    newMasterS: since(first(others, /status change slave => master/)),
    lockS: since(first(others, new RegExp(`got agent lock for node '${node}'`))),
    guestsUpS: Object.fromEntries(
      guests.flatMap((guest) => {
        const up = since(first([...others, ...own], new RegExp(`service status ${guest} started`)));
        return up === undefined ? [] : [[guest, up] as const];
      }),
    ),
    memberAgainS:
      absent === undefined
        ? undefined
        : since(first(others, new RegExp(`Members joined:(?: \\d+)* ${id}(?= |$)`), absent)),
  };
}

interface Entry {
  readonly at: number;
  readonly text: string;
}

function entriesOf(journals: readonly Journal[]): Entry[] {
  return journals.flatMap(({ text }) =>
    text.split("\n").flatMap((line) => {
      const [, at, rest] = /^(\d+\.\d+) (.*)$/.exec(line.trimEnd()) ?? [];
      return at === undefined || rest === undefined ? [] : [{ at: Number(at), text: rest }];
    }),
  );
}
