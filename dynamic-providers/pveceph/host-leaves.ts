import { z } from "zod";
import { Failure } from "../../config/failure/failure.js";
import { isClean } from "../health/ceph.js";
import { groupMap, recoveryIn } from "../health/ceph-recovery.js";
import type { Context, Host } from "../kit/runtime.js";
import { CEPH } from "../shell/ceph.js";
import { printedOf } from "../shell/etc-pve.js";
import { until } from "../shell/until.js";
import { ask } from "../transport/pvesh/ask.js";
import { look } from "../transport/pvesh/part.js";
import { sh } from "../transport/ssh/quoting.js";
import { askCeph, tellAll, tellCeph } from "./ceph-command.js";
import { type KnownOsd, OSDS, type SeenOsds } from "./own-osds.js";
import { strikeDaemon } from "./strike.js";

const DO_NEXT = "The node is still a member. Look at `ceph -s` there, then run `pulumi up` again.";
/** Ceph writes a host that is off down after some twenty seconds. */
const DOWN_MS = 90_000;
const STEP_MS = 300_000;

/** What Ceph has of a host, as another member sees it. */
export interface HostInCeph {
  readonly osds: readonly KnownOsd[];
  /** Hosts without it that have OSDs which serve. */
  readonly others: number;
  readonly mostCopies: number;
  readonly monitor: boolean;
  readonly monitors: number;
  readonly metadataServer: boolean;
}

const quorum = z.object({ monmap: z.object({ mons: z.array(z.object({ name: z.string() })) }) });
const MONITORS = askCeph(["quorum_status"], quorum);
const HAS_CEPH = look(
  "/etc/pve/ceph.conf",
  printedOf("/etc/pve/ceph.conf", "/^[[:space:]]*mon[_ ]host/p"),
  (text) => text.trim() !== "",
);
const serverOf = (node: string) =>
  look(`metadata server of ${node}`, printedOf("/etc/pve/ceph.conf", "/^\\[mds\\./p"), (text) =>
    text.split("\n").some((line) => line.trim() === `[mds.${node}]`),
  );

/** What stands against taking a host that is off out of Ceph for good; empty when nothing does. */
export function againstLeaving(node: string, seen: HostInCeph): string[] {
  const up = seen.osds.filter((osd) => osd.up).map(({ id }) => `osd.${id}`);
  return [
    ...(up.length === 0 ? [] : [`${up.join(", ")} of ${node} still answer Ceph`]),
    ...(seen.osds.some(({ destroyed }) => !destroyed) && seen.others < seen.mostCopies
      ? [
          `its OSDs hold copies that have nowhere to go: without ${node} ${seen.others} hosts have OSDs that serve, and pools keep ${seen.mostCopies} copies on as many hosts; add a host with OSDs first`,
        ]
      : []),
    ...(seen.monitor && seen.monitors <= 1 ? [`${node} has the only monitor of Ceph`] : []),
  ];
}

/**
 * Takes a host that is off for good out of Ceph, in the safe order: its OSDs out, and away once every copy lies elsewhere; its place; its
 * monitor and metadata server. A run that was cut, or had to wait, goes on where that was.
 */
export async function leaveCeph(node: string, peer: Host, context: Context): Promise<void> {
  const { clock, log } = context;
  if (!(await asked(peer, HAS_CEPH))) {
    return;
  }
  const { last: seen } = await until(
    () => lookFor(node, peer),
    ({ osds }) => osds.every(({ up }) => !up),
    { deadlineMs: DOWN_MS, everyMs: 5_000, clock },
  );
  const against = againstLeaving(node, seen);
  if (against.length > 0) {
    throw new Failure("refused", {
      tried: `to take ${node} out of Ceph`,
      where: peer.place,
      cameBack: `refused, nothing was changed: ${against.join("; ")}`,
      doNext: DO_NEXT,
    });
  }
  if (seen.osds.length > 0) {
    await giveUp(node, seen.osds, peer, context);
  }
  for (const [role, there] of [
    ["monitor", seen.monitor],
    ["metadata server", seen.metadataServer],
  ] as const) {
    if (there) {
      log.say(`${node}: its ${role} is taken out of Ceph's books`);
      await strikeDaemon(role, node, peer, clock, { deadlineMs: STEP_MS, doNext: DO_NEXT });
    }
  }
}

async function asked<Answer>(peer: Host, part: ReturnType<typeof look<Answer>>): Promise<Answer> {
  const said = await ask(peer, [part], {
    verb: "look at Ceph",
    timeoutMs: 60_000,
    tried: `to look at ${part.name}`,
    doNext: DO_NEXT,
  });
  return said.of(part);
}

async function lookFor(node: string, peer: Host): Promise<HostInCeph> {
  const server = serverOf(node);
  const said = await ask(peer, [OSDS, MONITORS, server], {
    verb: `look at what Ceph has of ${node}`,
    timeoutMs: 120_000,
    tried: `to look at what Ceph has of ${node}`,
    doNext: DO_NEXT,
  });
  const seen: SeenOsds = said.of(OSDS);
  const names = said.of(MONITORS).monmap.mons.map(({ name }) => name);
  const serving = seen.osds.filter(({ host, up, in: inside }) => host !== node && up && inside);
  return {
    osds: seen.osds.filter(({ host }) => host === node),
    others: new Set(serving.map(({ host }) => host)).size,
    mostCopies: seen.mostCopies,
    monitor: names.includes(node),
    monitors: names.length,
    metadataServer: said.of(server),
  };
}

async function giveUp(
  node: string,
  osds: readonly KnownOsd[],
  peer: Host,
  { clock, deadlineAt, log }: Context,
): Promise<void> {
  const names = osds.map(({ id }) => `osd.${id}`).join(", ");
  const inside = osds.filter((osd) => osd.in);
  if (inside.length > 0) {
    log.say(`${node}: ${names} are taken out; their copies are made anew elsewhere`);
    await tellAll(
      peer,
      inside.map(({ id }) => tellCeph("osd", "out", String(id))),
      { verb: `take the OSDs of ${node} out`, doNext: DO_NEXT },
    );
  }
  const ids = osds.map(({ id }) => id);
  const waited = await until(
    () => sparedAt(peer, ids),
    ({ spared }) => spared,
    // The rest of the removal takes its time too.
    { deadlineMs: Math.max(0, deadlineAt - clock.now() - 120_000), everyMs: 5_000, clock },
  );
  if (!waited.last.spared) {
    throw new Failure("failed", {
      tried: `to spare the OSDs of ${node}`,
      where: peer.place,
      cameBack: `not every copy that they held lies elsewhere yet: ${waited.last.said}`,
      doNext:
        "Ceph goes on copying, and the node is still a member. Run `pulumi up` again once `ceph -s` shows no degraded objects.",
    });
  }
  log.say(`${node}: ${names} are removed; every copy lies elsewhere`);
  await tellAll(
    peer,
    [
      ...osds.map(({ id }) => tellCeph("osd", "purge", String(id), "--yes-i-really-mean-it")),
      tellCeph("osd", "crush", "remove", node),
    ],
    { verb: `remove the OSDs of ${node}`, doNext: DO_NEXT },
  );
}

/** Ceph spares OSDs as soon as nothing counts on them any more; the copies that take the place of theirs have to be there, too. */
async function sparedAt(
  peer: Host,
  osds: readonly number[],
): Promise<{ readonly spared: boolean; readonly said: string }> {
  const safe = safetyOf(osds);
  const said = await ask(peer, [GROUPS, safe], {
    verb: "ask whether OSDs can be spared",
    timeoutMs: 150_000,
    tried: "to ask whether OSDs can be spared",
    doNext: DO_NEXT,
  });
  const { pgmap } = said.of(GROUPS);
  const { spared, said: words } = said.of(safe);
  const unclean = pgmap.pgs_by_state.filter(({ state_name }) => !isClean(state_name));
  return {
    spared: spared && unclean.length === 0,
    said: [
      ...unclean.map(({ state_name, count }) => `${count} ${state_name}`),
      recoveryIn(pgmap),
      words,
    ]
      .filter((one) => one !== "")
      .join(", "),
  };
}

const GROUPS = askCeph(["status"], z.object({ pgmap: groupMap }));

const safetyOf = (osds: readonly number[]) =>
  look(
    "whether OSDs can be spared",
    sh`${CEPH} osd safe-to-destroy ${osds.map(String)} 2>&1 < /dev/null; echo "exit $?"`,
    (text) => ({
      spared: /^exit 0$/m.test(text),
      said: text
        .replace(/exit \d+\s*$/, "")
        .replaceAll(/\s+/g, " ")
        .trim(),
    }),
  );
