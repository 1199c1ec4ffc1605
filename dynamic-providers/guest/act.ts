import { Failure } from "../../config/failure/failure.js";
import type { Context } from "../kit/runtime.js";
import { until } from "../shell/until.js";
import { ask } from "../transport/pvesh/ask.js";
import type { Part } from "../transport/pvesh/part.js";
import { changeCalls, create, destroy, reboot, shutDown, start } from "./calls.js";
import type { GuestStep } from "./changes.js";
import { diskChanges } from "./devices.js";
import { sidOf, toolOf } from "./kinds.js";
import { lookAt, runsOn } from "./observe.js";
import type { GuestInputs, GuestState } from "./schema.js";

/** As long as the client follows a task, and what it takes to start and read it. */
const TASK_MS = 330_000;
const SHUTDOWN_S = 180;
const SETTLES_MS = 120_000;
type Guest = Pick<GuestState, "kind" | "vmid" | "name" | "connection">;

export async function makeGuest(inputs: GuestInputs, context: Context): Promise<void> {
  const { kind, vmid: id, node } = inputs;
  await tell(inputs, `make guest ${id}`, [create(inputs)], context, {
    doNext: `Mend what is named: ${node} must be up, the storages must take disks and have room. Then run \`pulumi up\` again.`,
  });
  await growCopies(inputs, context);
  if (inputs.startsItself) {
    await tell(inputs, `start guest ${id}`, [start(kind, node, id)], context, {
      doNext: `The guest is made. Look at \`${toolOf(inputs)} start ${id}\` on ${node}, then run \`pulumi up\` again, which takes it as it is.`,
    });
  }
}

export async function tellGuest(
  state: GuestState,
  steps: readonly GuestStep[],
  context: Context,
): Promise<void> {
  const node = await placeOf(state, context);
  const calls = changeCalls(state.kind, node, state.vmid, steps);
  if (calls.length > 0) {
    await tell(state, `change guest ${state.vmid}`, calls, context, {
      doNext: `Look at its tasks on ${node}; a guest that moves is locked until it has arrived. Then run \`pulumi up\` again.`,
    });
    await growCopies(state, context);
  }
}

/** Disks that were just made have the size of their images. */
async function growCopies(guest: GuestState, context: Context): Promise<void> {
  const copies = guest.disks.filter(({ image }) => image !== undefined);
  const found = copies.length === 0 ? undefined : await lookAt(guest, context);
  if (found === undefined) {
    return;
  }
  const growth = copies
    .flatMap((disk) => diskChanges(disk, found))
    .flatMap(({ step }) => (step.do === "grow" ? [step] : []));
  const calls = changeCalls(guest.kind, found.node, guest.vmid, growth);
  if (calls.length > 0) {
    await tell(guest, `grow the disks of guest ${guest.vmid}`, calls, context, {
      doNext: `Its disks are copies of their images and have those sizes. Look at its tasks on ${found.node}, then run \`pulumi up\` again.`,
    });
  }
}

/** One guest after the other, each until it runs again, so that those that stand in for each other are never down together. */
export async function restartGuest(state: GuestState, context: Context): Promise<void> {
  await context.locks.hold("restart of a guest", async () => {
    const node = await placeOf(state, context);
    await tell(
      state,
      `restart guest ${state.vmid}`,
      [reboot(state.kind, node, state.vmid, SHUTDOWN_S)],
      context,
      {
        doNext: `Its settings are changed and come into effect by its next start. It did not shut down by itself: do that inside the guest, or \`${toolOf(state)} stop ${state.vmid}\` and \`${toolOf(state)} start ${state.vmid}\`.`,
      },
    );
    const { last } = await until(
      async () => {
        const found = await lookAt(state, context);
        return (
          found !== undefined &&
          found.pending.length === 0 &&
          (await runsOn(state, found.node, context))
        );
      },
      (isUp) => isUp,
      { deadlineMs: SETTLES_MS, everyMs: 2_000, clock: context.clock },
    );
    if (!last) {
      throw new Failure("failed", {
        tried: `to restart guest ${state.name} (${sidOf(state)})`,
        where: node,
        cameBack: `its shutdown ended well, and ${SETTLES_MS / 1000} s later it does not run with its new settings`,
        doNext: `Look at \`${toolOf(state)} pending ${state.vmid}\` and at the journal of ${node}, start it, then run \`pulumi up\` again.`,
      });
    }
  });
}

/** Somebody has consented to that, by name. */
export async function removeGuest(state: GuestState, context: Context): Promise<void> {
  const { kind, vmid: id } = state;
  const node = await placeOf(state, context);
  if (await runsOn(state, node, context)) {
    await shutDownGuest(state, node, context);
  }
  await tell(state, `remove guest ${id}`, [destroy(kind, node, id)], context, {
    doNext: leftAsItWas(node),
  });
}

const leftAsItWas = (node: string): string =>
  `What of it is left is as it was. Look at its tasks on ${node}, then run \`pulumi up\` again.`;

export async function shutDownGuest(guest: Guest, node: string, context: Context): Promise<void> {
  const { kind, vmid: id, name } = guest;
  const doNext = leftAsItWas(node);
  await tell(guest, `stop guest ${id}`, [shutDown(kind, node, id, SHUTDOWN_S)], context, {
    doNext,
  });
  // Under HA that was only a request.
  if (!(await becomes(guest, node, false, context))) {
    throw new Failure("failed", {
      tried: `to stop guest ${name} (${sidOf(guest)})`,
      where: node,
      cameBack: "it still runs",
      doNext,
    });
  }
}

export async function startGuest(guest: Guest, node: string, context: Context): Promise<void> {
  const { kind, vmid: id, name } = guest;
  const doNext = `Look at \`${toolOf(guest)} start ${id}\` on ${node}, then run \`pulumi up\` again.`;
  await tell(guest, `start guest ${id}`, [start(kind, node, id)], context, { doNext });
  if (!(await becomes(guest, node, true, context))) {
    throw new Failure("failed", {
      tried: `to start guest ${name} (${sidOf(guest)}) again`,
      where: node,
      cameBack: "it does not run",
      doNext,
    });
  }
}

async function becomes(
  guest: Guest,
  node: string,
  running: boolean,
  context: Context,
): Promise<boolean> {
  const { last } = await until(
    () => runsOn(guest, node, context),
    (runs) => runs === running,
    { deadlineMs: SETTLES_MS, everyMs: 2_000, clock: context.clock },
  );
  return last === running;
}

async function placeOf(guest: Guest, context: Context): Promise<string> {
  const found = await lookAt(guest, context);
  if (found === undefined) {
    throw new Failure("failed", {
      tried: `to find guest ${guest.name} (${sidOf(guest)})`,
      where: guest.connection.node,
      cameBack: "it was there a moment ago and is not there any more",
      doNext: "Somebody removes guests beside this run. Find out who, then run `pulumi up` again.",
    });
  }
  return found.node;
}

async function tell(
  guest: Guest,
  verb: string,
  calls: readonly Part<unknown>[],
  context: Context,
  { doNext }: { readonly doNext: string },
): Promise<void> {
  const said = await ask(context.host(guest.connection), calls, {
    verb,
    timeoutMs: TASK_MS,
    tried: `to ${verb} (${guest.name}, ${sidOf(guest)})`,
    doNext,
  });
  for (const call of calls) {
    said.of(call);
  }
}
