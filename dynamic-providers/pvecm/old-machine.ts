import { consentTo } from "../../config/plan/consents.js";
import { sameMachine } from "../transport/power/machine-uuid.js";
import type { ControllerSays } from "./controller.js";

/** What is known of the machine of a node that leaves. */
export interface OldMachine {
  readonly node: string;
  /** It answers at one of its addresses, seen from a member. */
  readonly answers: boolean;
  readonly controller: ControllerSays;
  /** UUID of the machine that comes in its place, where one does. */
  readonly successor?: string;
}

/** What the stack file allows, or knows better than a controller. */
export interface Leave {
  readonly switchOff: boolean;
  readonly seenOff: boolean;
}

export interface Objection {
  readonly why: string;
  readonly doNext: string;
}

export type MachineVerdict =
  /** Off, or as good as that; `known` says from where. */
  | { readonly kind: "off"; readonly known: string }
  | { readonly kind: "switch-off" }
  | ({ readonly kind: "refuse" } & Objection);

/**
 * Whether the machine of a node that leaves is off. It would go on believing to be a member, with guests that others start too, so
 * that no address of it answers is a proof only where nothing better can be asked.
 */
export function judgeOldMachine(
  { node, answers, controller, successor }: OldMachine,
  leave: Leave,
  today: string,
): MachineVerdict {
  const { why: running, doNext: shutDown } = stillRunning(node);
  const said = sentenceOf(node, controller);
  if (controller.kind === "on" && !isReinstalled(controller.machine, successor)) {
    return leave.switchOff
      ? { kind: "switch-off" }
      : {
          kind: "refuse",
          why: `${running}; ${said}`,
          doNext: `Switch it off (\`npx proxmox-ha fence <stack> off ${node}\`, or at the device), or consent to its being switched off by this run: \`consent: {"${consentTo.off(node)}": <last day, as ${today}>}\`. The membership is as it was.`,
        };
  }
  if (answers) {
    return {
      kind: "refuse",
      why: `${running}; an address of it answers, and ${said}`,
      doNext: shutDown,
    };
  }
  if (controller.kind !== "silent" || isReinstalled(controller.machine, successor)) {
    return {
      kind: "off",
      known:
        controller.kind === "none"
          ? `${said}: that it is off is known from its addresses alone, none of which answers`
          : controller.kind === "off"
            ? said
            : `${node} is the same machine as before, with a new installation`,
    };
  }
  return leave.seenOff
    ? { kind: "off", known: `${said}. The stack file says that a person has seen it off` }
    : {
        kind: "refuse",
        why: `whether ${node} is off is not known: ${said}`,
        doNext: `Mend the way to the controller, or go and look. If the machine is off for good, say that a person has seen it: \`consent: {"${consentTo.seenOff(node)}": <last day, as ${today}>}\`. The membership is as it was.`,
      };
}

/** Of a node that the others count among themselves, whatever its controller says. */
export function stillRunning(node: string): Objection {
  return {
    why: `${node} is still running; it must be off, and stay off`,
    doNext: `Shut ${node} down in order, and run \`pulumi up\` again. The membership is as it was.`,
  };
}

/** Another installation on the same machine: whatever ran on it before does not any more. */
function isReinstalled(machine: string | undefined, successor: string | undefined): boolean {
  return machine !== undefined && successor !== undefined && sameMachine(machine, successor);
}

/** Who asked, through which device, and what came back. */
export function sentenceOf(node: string, controller: ControllerSays): string {
  const { kind, by, why } = controller;
  if (kind === "none") {
    return `no power device of ${node} is known (${by}: ${why})`;
  }
  const power = kind === "off" ? "Off" : kind === "on" ? "On" : "nothing that counts";
  return `${by} asked the controller of ${node}${place(controller.devices)}, which says ${power} (${why})`;
}

function place(devices: readonly string[]): string {
  return devices.length === 0 ? "" : ` at ${devices.join(", then ")}`;
}
