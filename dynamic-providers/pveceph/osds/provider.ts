import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { dayOf } from "../../transport/base/clock.js";
import { type FoundDisk, numbersOn } from "../disks.js";
import type { Sight } from "../own-osds.js";
import { OF_NODE, seenBy } from "../shared-looks.js";
import { announced } from "./announced.js";
import { classify } from "./classes.js";
import { asksToWipe, type Decision, decide, isKnown } from "./decision.js";
import { make, refused } from "./making.js";
import { type OsdStep, planOsds } from "./plan.js";
import { revive } from "./revive.js";
import {
  type CephOsdsInputs,
  cephOsdsInputs,
  cephOsdsOutputs,
  osdsFromVersion1,
  osdsFromVersion2,
} from "./schema.js";
import { extentOf, lookAtDisks } from "./sight.js";
import { toldDisk } from "./told-disks.js";
import { retire } from "./work.js";

/**
 * The OSDs of one host. Which disks these are is looked up while nothing has been touched, and then it stands in the state: a disk that
 * is put in later, or that changes its name, is never taken by a rule that was written before.
 */
export const cephOsds = defineProvider<CephOsdsInputs, CephOsdsInputs, Sight, OsdStep>({
  kind: "pveceph/osds",
  schemaVersion: 3,
  migrations: { 1: osdsFromVersion1, 2: osdsFromVersion2 },
  inputs: cephOsdsInputs,
  state: cephOsdsInputs,
  identity: [],
  // Data that moves takes its time; what each wait may take is an input.
  deadlineMs: 86_400_000,
  subject: ({ connection }) => `OSDs of ${connection.node}`,
  id: ({ connection }) => `${connection.node}/osds`,
  remember: (inputs) => inputs,
  observe: (state, context) =>
    lookAtDisks(
      seenBy(context, state.connection, OF_NODE),
      ({ names }) =>
        state.disks.some((disk) =>
          [disk, disk.db, disk.wal].some(
            (one) => one?.wipe !== undefined && names.includes(one.path),
          ),
        ),
      extentOf(state),
    ),
  plan(wanted, facts, before) {
    // Nobody's data goes because a line left the file.
    if (wanted === undefined) {
      return [];
    }
    if (wanted.disks.length === 0) {
      throw refused(wanted.connection.node, [
        "it did not tell its disks when it was asked which ones are meant",
      ]);
    }
    return planOsds(wanted, facts, before);
  },
  async foresee(before, wanted, context) {
    const { node } = wanted.connection;
    const sight = await firstSight(before, wanted, context);
    if (sight === undefined) {
      if (context.previews === true && before !== undefined) {
        await tellNews(before, context);
      }
      return;
    }
    const { decision, found } = sight;
    if (decision.against.length > 0) {
      throw refused(node, decision.against);
    }
    for (const one of decision.news) {
      context.log.say(`${node}: ${one}`);
    }
    const fresh = decision.disks.filter(
      ({ path }) => before?.disks.some((one) => one.path === path) !== true,
    );
    const count = fresh.length;
    context.log.say(
      count === 0
        ? `${node}: the stack file means no disk for OSDs beside those it has`
        : `${node}: the stack file means ${count} ${count === 1 ? "disk" : "disks"} for OSDs`,
    );
    for (const disk of fresh) {
      context.log.say(`${node}: ${toldDisk(disk, found)}`);
    }
  },
  async complete(before, wanted, context) {
    const sight = await firstSight(before, wanted, context);
    if (sight !== undefined) {
      const { disks, leaving, spent } = sight.decision;
      return { disks: [...disks], leaving: [...leaving], spent, consent: pick(wanted, spent) };
    }
    if (before !== undefined && isKnown(before, wanted, dayOf(context.clock.now()))) {
      const { disks, leaving, spent } = before;
      return { disks, leaving, spent, consent: pick(wanted, spent) };
    }
    // What other rules meant says nothing of these: a host that is silent leaves them open, and the work refuses.
    return { disks: [], leaving: before?.leaving ?? [], spent: before?.spent ?? {} };
  },
  async apply(changes, state, context) {
    const host = context.host(state.connection);
    const against = changes.flatMap(({ step }) => (step.does === "refuse" ? [step.why] : []));
    if (against.length > 0) {
      throw refused(host.node, against);
    }
    for (const { step } of changes) {
      if (step.does === "leave") {
        await retire(step.leaving, state, context, host);
      } else if (step.does === "make") {
        const leaving = [...state.leaving, ...(step.inherits === undefined ? [] : [step.inherits])];
        await make(step.disk, { ...state, leaving }, context, host);
      } else if (step.does === "revive") {
        await revive(step.osd, state, context, host);
      }
    }
    await classify(
      changes.flatMap(({ step }) => (step.does === "classify" ? [step.other] : [])),
      host,
    );
    host.forget();
  },
  outputs: told(cephOsdsOutputs, (sight, state) => ({
    osds: Object.fromEntries(
      state.disks.flatMap(({ path }) => {
        const disk = sight.found.find(({ names }) => names.includes(path));
        const osds = disk?.osd === undefined ? [] : numbersOn(disk);
        const [osd] = osds;
        return osd === undefined ? [] : [[path, osds.length === 1 ? osd : [...osds]]];
      }),
    ),
    announced: announced(state, sight),
  })),
});

/** Disks that came and went since they were chosen: nothing is done about them, so nothing but a look would tell. */
async function tellNews(state: CephOsdsInputs, context: Context): Promise<void> {
  const host = context.host(state.connection);
  const sight = await host
    .once("disks for OSDs", () => lookAtDisks(host, () => false, extentOf(state)))
    .catch(() => undefined);
  const news =
    sight === undefined
      ? ["no answer, so whether disks came or went is not known"]
      : announced(state, sight);
  for (const one of news) {
    context.log.say(`${host.node}: ${one}`);
  }
}

/** Only consents that a decision rests on are kept, so that others change no resource. */
function pick({ consent }: CephOsdsInputs, spent: Readonly<Record<string, string>>) {
  return Object.fromEntries(Object.entries(consent).filter(([name, day]) => spent[name] === day));
}

/** Undefined where nothing is new, and for a host that does not answer: it is asked again by the work itself. */
async function firstSight(
  before: CephOsdsInputs | undefined,
  wanted: CephOsdsInputs,
  context: Context,
): Promise<{ readonly decision: Decision; readonly found: readonly FoundDisk[] } | undefined> {
  const today = dayOf(context.clock.now());
  if (isKnown(before, wanted, today)) {
    return undefined;
  }
  const host = context.host(wanted.connection);
  const exactly = asksToWipe(before, wanted, today);
  const sight = await host
    .once("disks for OSDs", () => lookAtDisks(host, exactly, extentOf(before, wanted)))
    .catch(() => undefined);
  return sight === undefined
    ? undefined
    : { decision: decide(before, wanted, sight, today), found: sight.found };
}
