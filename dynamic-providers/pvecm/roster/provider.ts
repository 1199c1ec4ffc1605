import { messageOf } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { tellFresh } from "../../kit/fresh.js";
import { recordsOnly } from "../../kit/records-only.js";
import type { Context } from "../../kit/runtime.js";
import { observeUnsettled } from "../../membership/observe.js";
import { firstLook, type SeenHost } from "../first-look.js";
import { againstRoster } from "../roster-change.js";
import { addressesByLink } from "../vocabulary.js";
import { type RosterInputs, type RosterState, rosterInputs, rosterState } from "./schema.js";

/**
 * Knows from what is recorded of the last run that a node is missing or stands elsewhere. Only nodes that it hears of for
 * the first time are looked at, in the preview too, and without leaving anything there.
 */
export const corosyncRoster = defineProvider(
  recordsOnly<RosterInputs, RosterState>({
    kind: "pvecm/roster",
    schemaVersion: 1,
    inputs: rosterInputs,
    state: rosterState,
    identity: [],
    deadlineMs: 60_000,
    subject: (state) => `the list of nodes of ${state.cluster}`,
    id: (inputs) => `${inputs.cluster}/roster`,
    remember: ({ members: _members, prioritiesNamed: _named, totem: _totem, ...state }) => ({
      ...state,
      // A consent is for one occasion; when its line goes, nothing has changed.
      consent: {},
    }),
    veto: againstRoster,
    async foresee(before, wanted, context) {
      const unknown = wanted.members.filter(
        ({ node, connection }) =>
          before?.nodes.includes(node) !== true ||
          (connection.installation ?? 1) > (before.installations[node] ?? 1),
      );
      if (unknown.length === 0) {
        return;
      }
      const seen = await Promise.all(unknown.map((member) => look(member, context)));
      const stands = seen.some((one) => "facts" in one && one.facts.conf !== undefined);
      if (before === undefined && !stands) {
        tellFresh(context);
      }
      const verdict = firstLook(
        {
          cluster: wanted.cluster,
          adopt: wanted.adopt,
          members: wanted.members.map((member) => ({
            node: member.node,
            id: wanted.ids[member.node],
            votes: member.votes,
            replaces: before?.nodes.includes(member.node) === true,
          })),
          links: {
            addresses: Object.fromEntries(
              wanted.members.map(({ node, links }) => [node, addressesByLink(links)]),
            ),
            priorities: Object.fromEntries(
              wanted.members.flatMap(({ links }) =>
                links.map(({ link, priority }) => [link, priority]),
              ),
            ),
            prioritiesNamed: wanted.prioritiesNamed,
            totem: wanted.totem,
          },
        },
        seen,
      );
      for (const line of verdict.says) {
        context.log.say(line);
      }
      if (verdict.against !== undefined) {
        throw verdict.against;
      }
    },
  }),
);

/** What cannot be asked now is asked again by the join itself. */
async function look(
  { node, connection }: RosterInputs["members"][number],
  context: Context,
): Promise<SeenHost> {
  try {
    return { node, facts: await observeUnsettled(context.host(connection), []) };
  } catch (thrown) {
    return { node, silent: messageOf(thrown) };
  }
}
