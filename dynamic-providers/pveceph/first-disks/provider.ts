import { defineProvider } from "../../kit/define-provider.js";
import { recordsOnly } from "../../kit/records-only.js";
import type { Context } from "../../kit/runtime.js";
import { dayOf } from "../../transport/base/clock.js";
import { asksToWipe, decide } from "../osds/decision.js";
import { refused } from "../osds/making.js";
import type { CephOsdsInputs } from "../osds/schema.js";
import { extentOf, lookAtDisks } from "../osds/sight.js";
import { ownOsds } from "../own-osds.js";
import {
  type FirstDisksInputs,
  type FirstDisksState,
  firstDisksInputs,
  firstDisksState,
} from "./schema.js";

/**
 * A cluster is formed before its OSDs are made, and each of them judges its disks only then. So the disks of hosts that are met for the
 * first time are judged before anything is touched, by the same rules. What is chosen is the OSDs' own affair.
 */
export const firstDisks = defineProvider(
  recordsOnly<FirstDisksInputs, FirstDisksState>({
    kind: "pveceph/first-disks",
    schemaVersion: 1,
    inputs: firstDisksInputs,
    state: firstDisksState,
    identity: [],
    deadlineMs: 120_000,
    subject: ({ cluster }) => `the disks of ${cluster}`,
    id: ({ cluster }) => `${cluster}/disks`,
    // A consent is for one occasion; when its line goes, nothing has changed.
    remember: ({ hosts: _hosts, ...state }) => ({ ...state, consent: {} }),
    async foresee(before, wanted, context) {
      const fresh = wanted.hosts.filter(
        ({ connection }) =>
          before?.nodes.includes(connection.node) !== true &&
          // The disks of the old machine may have come along, and what lay on them is for the OSDs to recognise.
          connection.installation === undefined,
      );
      const judged = await Promise.all(
        fresh.map(async (host) => ({
          node: host.connection.node,
          against: await judge(host, wanted, context),
        })),
      );
      const wrong = judged.filter(({ against }) => against.length > 0);
      if (wrong.length > 0) {
        throw refused(
          wrong.map(({ node }) => node).join(", "),
          wrong.flatMap(({ node, against }) =>
            wrong.length === 1 ? against : against.map((why) => `on ${node} ${why}`),
          ),
        );
      }
    },
  }),
);

/** A host that does not answer, or that has OSDs already, is judged by its OSDs alone. */
async function judge(
  { connection, rules }: FirstDisksInputs["hosts"][number],
  { hosts: _hosts, nodes: _nodes, cluster: _cluster, ...common }: FirstDisksInputs,
  context: Context,
): Promise<readonly string[]> {
  const today = dayOf(context.clock.now());
  const wish: CephOsdsInputs = {
    ...common,
    connection,
    rules,
    disks: [],
    leaving: [],
    spent: {},
    osdDeadlineMs: 1_000,
    drainDeadlineMs: 1_000,
  };
  const sight = await lookAtDisks(
    context.host(connection),
    asksToWipe(undefined, wish, today),
    extentOf(wish),
  ).catch(() => undefined);
  return sight === undefined || ownOsds(sight.seen).length > 0
    ? []
    : decide(undefined, wish, sight, today).against;
}
