import { Failure } from "../../config/failure/failure.js";
import { type Clock, expectSuccess, type HostShell } from "../shell/shell.js";
import { poll } from "../transport/base/clock.js";
import { observeGuests, type RunningGuests } from "./guests.js";

interface Patience {
  readonly deadlineMs: number;
  readonly clock: Clock;
  /** What the node is emptied for: "a restart". */
  readonly purpose: string;
  /** How a person goes on when it fails: "run `pulumi up` again". */
  readonly again: string;
}

const EVERY = { firstDelayMs: 2_000, factor: 1.3, longestDelayMs: 5_000 } as const;

/** Puts the node into HA maintenance and waits until no guest runs on it any more. */
export async function evacuate(
  shell: HostShell,
  { deadlineMs, clock, purpose, again }: Patience,
): Promise<void> {
  await order("enable", shell, again);
  await poll(
    () => observeGuests(shell, true),
    (left) => left.inMaintenance && left.managed.length === 0 && left.unmanaged.length === 0,
    { deadlineMs, ...EVERY },
    (left, waitedMs) =>
      new Failure("refused", {
        tried: `moving the guests away before ${purpose}`,
        where: shell.node,
        cameBack: `refused ${purpose}: after ${Math.round(waitedMs / 1000)} s ${still(left)}; the node is taken out of maintenance again`,
        doNext: `Look at \`ha-manager status\` for why they stay: a strict placement, no room, or a passed-through device. Then move them by hand, or raise \`deadlines.evacuation\`, and ${again}.`,
      }),
    clock,
  );
}

/** Takes the node out of HA maintenance and waits until HA counts on it again; guests come back by their placements. */
export async function endMaintenance(
  shell: HostShell,
  { deadlineMs, clock, again }: Omit<Patience, "purpose">,
): Promise<void> {
  await order("disable", shell, again);
  await poll(
    () => observeGuests(shell, true),
    ({ isCountedOn }) => isCountedOn,
    { deadlineMs, ...EVERY },
    (_left, waitedMs) =>
      new Failure("failed", {
        tried: "taking the node out of HA maintenance",
        where: shell.node,
        cameBack: `HA has not done it after ${Math.round(waitedMs / 1000)} s`,
        doNext: `Look at \`ha-manager status\`; by hand it is \`ha-manager crm-command node-maintenance disable ${shell.node}\`. Then ${again}.`,
      }),
    clock,
  );
}

/** The manager only queues it; whether it happened is looked at. */
async function order(verb: "enable" | "disable", shell: HostShell, again: string): Promise<void> {
  const result = await shell.run(`ha-manager crm-command node-maintenance ${verb} ${shell.node}`, {
    timeoutMs: 60_000,
    repeatable: true,
    verb: `${verb} HA maintenance`,
  });
  expectSuccess(result, {
    tried: `${verb === "enable" ? "putting the node into" : "taking the node out of"} HA maintenance`,
    node: shell.node,
    doNext: `Look at \`ha-manager status\`, then ${again}.`,
  });
}

function still({ managed, unmanaged, inMaintenance }: RunningGuests): string {
  const guests = [...managed, ...unmanaged];
  return inMaintenance
    ? `${guests.join(", ")} still ${guests.length === 1 ? "runs" : "run"} there`
    : "HA has not put the node into maintenance";
}
