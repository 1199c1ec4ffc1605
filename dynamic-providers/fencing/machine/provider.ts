import { Failure } from "../../../config/failure/failure.js";
import { defineGate } from "../../kit/gate.js";
import { machineUuid } from "../../measure/machine.js";
import { sameMachine } from "../../transport/power/machine-uuid.js";
import { seeCertificate } from "../../transport/power/pinned-tls.js";
import { PowerError } from "../../transport/power/power-error.js";
import {
  type MachineInputs,
  type MachineOutputs,
  machineInputs,
  machineOutputs,
} from "./schema.js";

/** A management engine that sleeps needs a moment. */
const CERTIFICATE_MS = 8_000;

/**
 * What a node's machine and controllers are known by, recorded at the first sight and kept. A controller that shows another
 * certificate later is refused by every fencer, until a person says in the stack file that the new one is right.
 */
export const fencedMachine = defineGate<MachineInputs, MachineOutputs>({
  kind: "fencing/machine",
  schemaVersion: 1,
  inputs: machineInputs,
  outputs: machineOutputs,
  deadlineMs: 90_000,
  everyMs: 3_000,
  subject: ({ connection }) => `the machine of ${connection.node} is known`,
  id: ({ connection }) => connection.node,
  async measure({ connection, uuid: declared, controllers }, context) {
    const { node } = connection;
    const own = await machineUuid(context.host(connection));
    if (declared !== undefined && !sameMachine(declared, own)) {
      throw new Failure("refused", {
        tried: `to tell the machine of ${node} from others`,
        where: node,
        cameBack: `refused: the stack file says that its uuid is ${declared}, and the machine says ${own}`,
        doNext: "Correct `uuid` at the device, or the address of the node, in the stack file.",
      });
    }
    const seen = await Promise.all(controllers.map(pinOf));
    const silent = seen.flatMap(({ why }) => why ?? []);
    return {
      met: silent.length === 0,
      saw: silent.length > 0 ? silent : [`${node} is ${own}`, ...seen.flatMap(({ said }) => said)],
      systemUuid: own,
      pins: Object.fromEntries(seen.flatMap(({ kind, pin }) => (pin ? [[kind, pin]] : []))),
    };
  },
  doNext: ({ connection }) =>
    `Check power, cable and address of the controller of ${connection.node}; it has to answer where this program runs, unless the stack file says its \`fingerprint\`. Then run \`pulumi up\` again.`,
});

interface SeenPin {
  readonly kind: string;
  readonly pin?: string;
  readonly said: readonly string[];
  readonly why?: string;
}

async function pinOf({
  kind,
  address,
  port,
  fingerprint,
}: MachineInputs["controllers"][number]): Promise<SeenPin> {
  if (fingerprint !== undefined) {
    return { kind, pin: hex(fingerprint), said: [] };
  }
  try {
    const seen = await seeCertificate({ host: address, port }, CERTIFICATE_MS);
    const said = `${kind} ${address}: certificate ${seen.fingerprint}, seen first and recorded; compare it at the device and write it as \`fingerprint\``;
    return { kind, pin: hex(seen.fingerprint), said: [said] };
  } catch (thrown) {
    if (!(thrown instanceof PowerError)) {
      throw thrown;
    }
    return { kind, said: [], why: `${kind} ${address}: ${thrown.message}` };
  }
}

const hex = (fingerprint: string): string => fingerprint.replaceAll(":", "").toLowerCase();
