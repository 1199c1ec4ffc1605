import { describe, expect, it } from "vitest";
import { againstRoster } from "../../../../dynamic-providers/pvecm/roster-change.js";

const NOW = Date.UTC(2026, 10, 21);
const roster = (
  ids: Readonly<Record<string, number>>,
  extra: {
    readonly installations?: Readonly<Record<string, number>>;
    readonly consent?: Readonly<Record<string, string>>;
    readonly qdevice?: string;
  } = {},
) => ({
  cluster: "ms01",
  nodes: Object.keys(ids),
  ids,
  installations: extra.installations ?? {},
  qdevice: extra.qdevice,
  consent: extra.consent ?? {},
});
const three = roster({ frege: 1, russell: 2, wittgenstein: 3 });

describe("the list of nodes", () => {
  it("may stay, and may grow at its end", () => {
    expect(againstRoster(three, three, NOW)).toBeUndefined();
    const four = roster({ frege: 1, russell: 2, wittgenstein: 3, quine: 4 });
    expect(againstRoster(three, four, NOW)).toBeUndefined();
  });

  it("loses no node without a consent that still runs", () => {
    const two = { frege: 1, russell: 2 };
    expect(againstRoster(three, roster(two), NOW)?.message).toMatch(/no longer has wittgenstein/);
    const ended = roster(two, { consent: { "node.wittgenstein": "2026-11-20" } });
    expect(againstRoster(three, ended, NOW)?.message).toMatch(/ended on 2026-11-20/);
    const today = roster(two, { consent: { "node.wittgenstein": "2026-11-21" } });
    expect(againstRoster(three, today, NOW)).toBeUndefined();
  });

  it("keeps its QDevice until a consent that still runs lets it go", () => {
    const pair = { castor: 1, pollux: 2 };
    const before = roster(pair, { qdevice: "10.20.0.5" });
    expect(againstRoster(before, before, NOW)).toBeUndefined();
    expect(againstRoster(roster(pair), before, NOW)).toBeUndefined();
    expect(againstRoster(before, roster(pair), NOW)?.message).toMatch(
      /no longer has `corosync.qdevice`.*write `consent: \{qdevice: <last day, as 2026-11-21>\}`/,
    );
    const ended = roster(pair, { consent: { qdevice: "2026-11-20" } });
    expect(againstRoster(before, ended, NOW)?.message).toMatch(/ended on 2026-11-20/);
    const today = roster(pair, { consent: { qdevice: "2026-11-21" } });
    expect(againstRoster(before, today, NOW)).toBeUndefined();
  });

  it("moves no id when a node in the middle leaves by consent, and says the line that keeps it", () => {
    const consent = { "node.russell": "2026-12-31" };
    const moved = againstRoster(three, roster({ frege: 1, wittgenstein: 2 }, { consent }), NOW);
    expect(moved?.message).toMatch(/id of wittgenstein from 3 to 2/);
    expect(moved?.message).toContain("Write `id: 3` under `nodes.wittgenstein`");
    const kept = roster({ frege: 1, wittgenstein: 3 }, { consent });
    expect(againstRoster(three, kept, NOW)).toBeUndefined();
  });

  it("takes another installation of a node by consent only, and never goes back", () => {
    const ids = { frege: 1, russell: 2, wittgenstein: 3 };
    const installations = { frege: 1, russell: 2, wittgenstein: 1 };
    const raised = roster(ids, { installations });
    expect(againstRoster(three, raised, NOW)?.message).toMatch(
      /russell was would lose its vote.*write `consent: \{"node.russell"/,
    );
    const allowed = roster(ids, { installations, consent: { "node.russell": "2026-12-31" } });
    expect(againstRoster(three, allowed, NOW)).toBeUndefined();
    expect(againstRoster(raised, raised, NOW)).toBeUndefined();
    expect(againstRoster(raised, three, NOW)?.message).toMatch(/number only ever rises/);
  });
});
