import { isClean } from "../../health/ceph.js";
import { defineProvider } from "../../kit/define-provider.js";
import { differences } from "../../kit/difference.js";
import type { HostShell } from "../../shell/shell.js";
import { dayOf } from "../../transport/base/clock.js";
import { ask } from "../../transport/pvesh/ask.js";
import { tellAll, tellCeph } from "../ceph-command.js";
import { OF_CLUSTER, seenBy } from "../shared-looks.js";
import { STATUS } from "../status.js";
import { commandsOf, type LocationFacts, type PlaceStep, planLocations } from "./plan.js";
import { type CephLocationsInputs, cephLocationsInputs } from "./schema.js";
import { TREE } from "./sight.js";

const DO_NEXT = "Look at `ceph osd tree` and `ceph -s` there, then run `pulumi up` again.";

/** Racks and datacenters of the hosts, so that copies can be kept apart by them. Before the first OSD it moves nothing. */
export const cephLocations = defineProvider<
  CephLocationsInputs,
  CephLocationsInputs,
  LocationFacts,
  PlaceStep
>({
  kind: "pveceph/locations",
  schemaVersion: 1,
  inputs: cephLocationsInputs,
  state: cephLocationsInputs,
  identity: [],
  deadlineMs: 300_000,
  subject: ({ cluster }) => `where the hosts of ${cluster} stand for Ceph`,
  id: ({ cluster }) => `${cluster}/ceph-locations`,
  remember: (inputs) => inputs,
  observe: ({ connection }, context) =>
    lookAtTree(seenBy(context, connection, OF_CLUSTER), dayOf(context.clock.now())),
  plan: planLocations,
  async foresee(before, wanted, context) {
    if (before !== undefined && differences(before, wanted).length === 0) {
      return;
    }
    const facts = await lookAtTree(
      context.host(wanted.connection),
      dayOf(context.clock.now()),
    ).catch(() => undefined);
    // Before there is a Ceph there is nothing to move; a host that is silent is asked by the work itself.
    if (facts !== undefined) {
      planLocations(wanted, facts);
    }
  },
  async apply(changes, { connection }, context) {
    const told = changes.flatMap(({ step }) => commandsOf(step).map((words) => tellCeph(...words)));
    await tellAll(context.host(connection), told, {
      verb: "tell Ceph where hosts stand",
      doNext: DO_NEXT,
    });
  },
  forgotten: (_facts, { cluster }) =>
    `the hosts of ${cluster} stay where they are for Ceph: moving them would move their data`,
});

async function lookAtTree(host: HostShell, today: string): Promise<LocationFacts> {
  const said = await ask(host, [TREE, STATUS], {
    verb: "see where hosts stand for Ceph",
    timeoutMs: 120_000,
    tried: "to see where hosts stand for Ceph",
    doNext: DO_NEXT,
  });
  return {
    tree: said.of(TREE),
    unclean: said
      .of(STATUS)
      .pgmap.pgs_by_state.filter(({ state_name }) => !isClean(state_name))
      .map(({ state_name, count }) => `${count} ${state_name}`),
    today,
  };
}
