import { Failure } from "../../config/failure/failure.js";
import type { Context, Host } from "../kit/runtime.js";
import { until } from "../shell/until.js";
import { ask } from "../transport/pvesh/ask.js";
import { type FoundGuest, guestParts } from "./found.js";
import type { VmState } from "./vm/schema.js";
import { statusOf } from "./vm-calls.js";

const LOOK_MS = 60_000;
/** A guest is made by a task that goes on when the run that started it was cut. */
const MAKING_MS = 120_000;
const MAKING = new Set(["create", "clone", "import"]);
type Guest = Pick<VmState, "vmid" | "name" | "connection">;

/** The guest wherever it is, once nobody is about to make it any more. */
export async function lookAt(guest: Guest, context: Context): Promise<FoundGuest | undefined> {
  const host = context.host(guest.connection);
  const { last } = await until(
    () => look(guest, host),
    (found) => !isBeingMade(found),
    {
      deadlineMs: MAKING_MS,
      everyMs: 2_000,
      clock: context.clock,
    },
  );
  if (isBeingMade(last)) {
    throw new Failure("failed", {
      tried: `to look at guest ${guest.name} (vm:${guest.vmid})`,
      where: host.node,
      cameBack: `it is locked (${last?.now.lock ?? ""}), as if a task were still making it`,
      doNext: `See whether such a task runs on ${last?.node ?? "its node"}. If none does, \`qm unlock ${guest.vmid}\` there, and look what of it is there.`,
    });
  }
  return last;
}

const isBeingMade = (found: FoundGuest | undefined): boolean => MAKING.has(found?.now.lock ?? "");

async function look({ vmid: id, name }: Guest, host: Host): Promise<FoundGuest | undefined> {
  const { parts, read } = guestParts(id);
  const said = await ask(host, parts, {
    verb: `look at guest ${id}`,
    timeoutMs: LOOK_MS,
    tried: `to look at guest ${name} (vm:${id})`,
    doNext: "Look at `pvecm status` and `qm list` there, then run `pulumi up` again.",
  });
  return read(said);
}

/** Only its own node knows that for sure; what the others have been told is seconds old. */
export async function runsOn(
  { vmid: id, name, connection }: Guest,
  node: string,
  context: Context,
): Promise<boolean> {
  const status = statusOf(node, id);
  const said = await ask(context.host(connection), [status], {
    verb: `see whether guest ${id} runs`,
    timeoutMs: LOOK_MS,
    tried: `to see whether guest ${name} (vm:${id}) runs on ${node}`,
    doNext: `${node} must be up for a change of the guest; HA moves it from a node that is not. Then run \`pulumi up\` again.`,
  });
  return said.of(status).status !== "stopped";
}
