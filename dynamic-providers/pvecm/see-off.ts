import { consentTo, holdsOn } from "../../config/plan/consents.js";
import { machineUuid } from "../measure/machine.js";
import type { Clock, HostShell } from "../shell/shell.js";
import { until } from "../shell/until.js";
import { dayOf } from "../transport/base/clock.js";
import { sh } from "../transport/ssh/quoting.js";
import { askController, type ControllerSays, switchOff } from "./controller.js";
import {
  judgeOldMachine,
  type Leave,
  type Objection,
  sentenceOf,
  stillRunning,
} from "./old-machine.js";

export interface SeeOffWish {
  readonly node: string;
  /** The stack file names a power device for it. */
  readonly declared: boolean;
  readonly consent: Readonly<Record<string, string>>;
  /** The host that comes in its place. */
  readonly joiner?: HostShell;
}

export interface SeeOffPolicy {
  readonly clock: Clock;
  readonly say: (line: string) => void;
}

/** A kernel may answer for a moment after the power went. */
const FALLS_SILENT_MS = 20_000;

/** Makes sure that the machine of a node that leaves is off, or says what stands against that. */
export async function seeOff(
  wish: SeeOffWish,
  leaving: { readonly member: boolean; readonly addresses: readonly string[] },
  members: readonly [HostShell, ...HostShell[]],
  { clock, say }: SeeOffPolicy,
): Promise<Objection | undefined> {
  const { node, joiner } = wish;
  const today = dayOf(clock.now());
  const leave = leaveOf(wish, today);
  const [peer] = members;
  if (leaving.member) {
    return stillRunning(node);
  }
  const look = async (controller: ControllerSays) =>
    judgeOldMachine(
      {
        node,
        answers: await answersFrom(peer, leaving.addresses),
        controller,
        ...(joiner === undefined ? {} : { successor: await machineUuid(joiner) }),
      },
      leave,
      today,
    );
  const first = await askController(node, members, wish.declared);
  let verdict = await look(first);
  if (verdict.kind === "switch-off") {
    say(`${sentenceOf(node, first)}; it is switched off, by the consent ${consentTo.off(node)}`);
    const asker = members.find(({ node: name }) => name === first.by) ?? peer;
    const said = await switchOff(node, asker);
    const silent = async () => !(await answersFrom(peer, leaving.addresses));
    await until(silent, (is) => is, { deadlineMs: FALLS_SILENT_MS, everyMs: 1_000, clock });
    verdict = await look(said);
  }
  if (verdict.kind === "off") {
    say(verdict.known);
    return undefined;
  }
  return verdict.kind === "refuse"
    ? verdict
    : {
        why: `${node} is still running, although it was switched off`,
        doNext: `Pull its plug, then run \`pulumi up\` again. The membership is as it was.`,
      };
}

function leaveOf({ node, consent }: SeeOffWish, today: string): Leave {
  const holds = (what: string): boolean => holdsOn(consent[what], today);
  return { switchOff: holds(consentTo.off(node)), seenOff: holds(consentTo.seenOff(node)) };
}

/** Whether a node answers its peer at any of these addresses. */
async function answersFrom(peer: HostShell, addresses: readonly string[]): Promise<boolean> {
  const pings = addresses.map(
    (address) => sh`ping -n -q -c 3 -i 0.3 -W 1 ${address} >/dev/null 2>&1`,
  );
  const result = await peer.run(pings.join(" || ") || "false", {
    timeoutMs: 30_000,
    repeatable: true,
    verb: "see whether the leaving node is off",
  });
  return result.status === 0;
}
