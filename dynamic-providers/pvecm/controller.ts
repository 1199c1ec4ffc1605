import { askFencer, type FencerAnswer } from "../fencer/ask.js";
import type { HostShell } from "../shell/shell.js";

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
  const flags = verb === "off" ? (["--yes"] as const) : (["--stays"] as const);
  const said = await askFencer({ verb, node, flags }, member, {
    verb: verb === "off" ? `switch ${node} off` : `ask the controller of ${node}`,
    tried: `to ask the controller of ${node}`,
    doNext: `Whether ${node} is off is not known, and the membership is as it was. See what hinders the fencer there (\`systemctl status proxmox-ha-fencer\`).`,
  });
  return heard(member.node, said, declared);
}

/** What the fencer's answer says of the machine that leaves. */
export function heard(by: string, said: FencerAnswer, declared: boolean): ControllerSays {
  // A device that stands in the stack file and that no fencer knows is one that cannot be asked.
  const unknown = declared ? "silent" : "none";
  switch (said.kind) {
    case "no-fencer":
      return { kind: unknown, by, devices: [], why: "no fencer is installed there" };
    case "refused":
      return { kind: said.known ? "silent" : unknown, by, devices: [], why: said.why };
    case "unreadable":
      return { kind: "silent", by, devices: [], why: "its fencer says nothing that can be read" };
    case "answered": {
      const { ok, power, why, devices, machine } = said;
      const kind = devices.length === 0 ? "none" : ok ? "off" : power === "on" ? "on" : "silent";
      return { kind, by, devices, why, ...(machine === undefined ? {} : { machine }) };
    }
  }
}
