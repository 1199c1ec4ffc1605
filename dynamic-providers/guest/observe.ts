import { Failure } from "../../config/failure/failure.js";
import type { Context, Host } from "../kit/runtime.js";
import { until } from "../shell/until.js";
import { ask } from "../transport/pvesh/ask.js";
import { statusOf } from "./calls.js";
import { EVERY_GUEST, type FoundGuest, guestAmong, guestParts } from "./found.js";
import { sidOf, toolOf } from "./kinds.js";
import type { GuestState } from "./schema.js";

const LOOK_MS = 60_000;
/** A guest is made by a task that goes on when the run that started it was cut. */
const MAKING_MS = 120_000;
const MAKING = new Set(["create", "clone", "import"]);
type Guest = Pick<GuestState, "kind" | "vmid" | "name" | "connection">;

/** For a refresh, which asks once for all guests. One that is unclear in that look, or is being made, is looked at by itself. */
export async function lookOnce(guest: Guest, context: Context): Promise<FoundGuest | undefined> {
  const host = context.host(guest.connection);
  const said = await host.once("guests", () =>
    ask(host, EVERY_GUEST, {
      verb: "look at all guests",
      timeoutMs: LOOK_MS,
      tried: "to look at the guests of the cluster",
      doNext: "Look at `pvecm status` there, then run the command again.",
    }),
  );
  const found = guestAmong(said, guest.vmid);
  if (found === "absent") {
    return undefined;
  }
  return found === "unsure" || isBeingMade(found) ? await lookAt(guest, context) : found;
}

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
      tried: `to look at guest ${guest.name} (${sidOf(guest)})`,
      where: host.node,
      cameBack: `it is locked (${last?.now.lock ?? ""}), as if a task were still making it`,
      doNext: `See whether such a task runs on ${last?.node ?? "its node"}. If none does, \`${toolOf(guest)} unlock ${guest.vmid}\` there, and look what of it is there.`,
    });
  }
  return last;
}

const isBeingMade = (found: FoundGuest | undefined): boolean => MAKING.has(found?.now.lock ?? "");

async function look(guest: Guest, host: Host): Promise<FoundGuest | undefined> {
  const { vmid: id, name } = guest;
  const { parts, read } = guestParts(id);
  const said = await ask(host, parts, {
    verb: `look at guest ${id}`,
    timeoutMs: LOOK_MS,
    tried: `to look at guest ${name} (${sidOf(guest)})`,
    doNext: `Look at \`pvecm status\` and \`${toolOf(guest)} list\` there, then run \`pulumi up\` again.`,
  });
  return read(said);
}

/** Only its own node knows that for sure; what the others have been told is seconds old. */
export async function runsOn(guest: Guest, node: string, context: Context): Promise<boolean> {
  const { kind, vmid: id, name, connection } = guest;
  const status = statusOf(kind, node, id);
  const said = await ask(context.host(connection), [status], {
    verb: `see whether guest ${id} runs`,
    timeoutMs: LOOK_MS,
    tried: `to see whether guest ${name} (${sidOf(guest)}) runs on ${node}`,
    doNext: `${node} must be up for a change of the guest; HA moves it from a node that is not. Then run \`pulumi up\` again.`,
  });
  return said.of(status).status !== "stopped";
}
