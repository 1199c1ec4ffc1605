import { z } from "zod";
import { FENCER_COMMAND, FENCER_PROGRAM } from "../../config/plan/fence.js";
import { expectSuccess, type HostShell } from "../shell/shell.js";
import { parseJson } from "../transport/base/json.js";
import { raw, sh } from "../transport/ssh/quoting.js";

/** What a member's fencer heard from the power devices of another node. */
export interface ControllerSays {
  readonly kind:
    | "off"
    | "on"
    /** There is a device, and it could not be asked, or did not say. */
    | "silent"
    /** No device is known. */
    | "none";
  /** The member that asked. */
  readonly by: string;
  readonly devices: readonly string[];
  readonly why: string;
  /** The UUID that the device had to report. */
  readonly machine?: string;
}

const outcome = z.object({
  ok: z.boolean(),
  power: z.string(),
  why: z.string(),
  devices: z.array(z.string()),
  machine: z.string().nullish(),
});
const refusal = z.object({ refused: z.string(), known: z.boolean() });

const NO_FENCER = "no fencer";
/** Each level takes up to ten seconds, twice, and an off its own time besides. */
const PATIENCE_MS = 150_000;

/**
 * Asks member after member until one hears On or Off. Their fencers know the device that the leaving node had, with its UUID and
 * certificate, until the end of this run, whatever has left the stack file; and they reach it where this program may not.
 */
export async function askController(
  node: string,
  members: readonly HostShell[],
  declared: boolean,
): Promise<ControllerSays> {
  let last: ControllerSays | undefined;
  for (const member of members) {
    const said = await ask("confirm-off", node, member, declared);
    if (said.kind === "on" || said.kind === "off") {
      return said;
    }
    last = last === undefined || last.kind === "none" ? said : last;
  }
  return last ?? { kind: "none", by: "nobody", devices: [], why: "no member could be asked" };
}

/** Has a member's fencer switch the node off and see it off; it refuses one that is a member at work. */
export function switchOff(node: string, member: HostShell): Promise<ControllerSays> {
  return ask("off", node, member, true);
}

async function ask(
  verb: "confirm-off" | "off",
  node: string,
  member: HostShell,
  declared: boolean,
): Promise<ControllerSays> {
  // What is confirmed off stays so: a fencer that has switched it off would switch it on again, under the name of its successor.
  const flag = verb === "off" ? "--yes" : "--stays";
  const result = await member.run(
    [
      "export LC_ALL=C",
      sh`test -e ${FENCER_PROGRAM} || { echo ${NO_FENCER}; exit 0; }`,
      sh`${raw(FENCER_COMMAND)} ${verb} ${node} ${flag} --json`,
      // What it says counts, also when that is no.
      "test $? -le 2",
    ].join("\n"),
    {
      timeoutMs: PATIENCE_MS,
      repeatable: true,
      verb: verb === "off" ? `switch ${node} off` : `ask the controller of ${node}`,
    },
  );
  const said = expectSuccess(result, {
    tried: `to ask the controller of ${node}`,
    node: member.node,
    doNext: `Whether ${node} is off is not known, and the membership is as it was. See what hinders the fencer there (\`systemctl status proxmox-ha-fencer\`).`,
  });
  return heard(member.node, said, declared);
}

/** Reads what the fencer said. Whatever is no clear answer is no answer. */
export function heard(by: string, text: string, declared: boolean): ControllerSays {
  // A device that stands in the stack file and that no fencer knows is one that cannot be asked.
  const unknown = declared ? "silent" : "none";
  if (text.trim() === NO_FENCER) {
    return { kind: unknown, by, devices: [], why: "no fencer is installed there" };
  }
  const json = parseJson(text);
  const refused = refusal.safeParse(json);
  if (refused.success) {
    const { refused: why, known } = refused.data;
    return { kind: known ? "silent" : unknown, by, devices: [], why };
  }
  const said = outcome.safeParse(json);
  if (!said.success) {
    return { kind: "silent", by, devices: [], why: "its fencer says nothing that can be read" };
  }
  const { ok, power, why, devices, machine } = said.data;
  const kind = devices.length === 0 ? "none" : ok ? "off" : power === "on" ? "on" : "silent";
  return { kind, by, devices, why, ...(machine == null ? {} : { machine }) };
}
