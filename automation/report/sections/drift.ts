import { EXIT } from "../../engine/exit-status.js";
import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { moment } from "../moment.js";
import { badge, note, sectionHtml, seenLine, table } from "../parts.js";

/** What a run found on the hosts that is not as recorded. Where no run has looked, nothing is claimed. */
export function drift({ runs, madeOn, stack }: Material): Html {
  const about = { id: "drift", title: "Drift" };
  const looked = runs.entries.find((one) => one.looked > 0);
  if (looked === undefined) {
    return sectionHtml({
      ...about,
      seen: seenLine(
        html`<strong>Not seen:</strong> no run whose history is kept on ${madeOn} has compared the hosts with what is recorded.`,
      ),
      body: note(html`<code>proxmox-ha refresh ${stack}</code> does.`),
    });
  }
  const { differences, beganAt, verb, status } = looked;
  const later = runs.entries.filter((one) => one.verb === "up" && one.beganAt > beganAt);
  return sectionHtml({
    ...about,
    seen: seenLine(
      html`Seen by the ${verb} of ${moment(Date.parse(beganAt))} from ${looked.on}, which compared ${looked.looked} resources with their hosts. What has changed since was not seen.`,
    ),
    body: [
      ...(status === EXIT.done
        ? []
        : [
            note(
              badge(
                "unseen",
                `that run ended with status ${status}: what it did not come to was not seen`,
              ),
            ),
          ]),
      table({
        label: "Drift",
        head: ["Resource", "Kind", "What is not as recorded"],
        rows: differences.map(({ name, kind, isGone, what }) => [
          name,
          kind,
          isGone ? badge("bad", "it is gone") : what.join("; ") || "it differs",
        ]),
      }) ?? note(badge("good", "nothing differed from what was recorded")),
      ...(later.length === 0 || differences.length === 0
        ? []
        : [
            note(
              `An \`up\` ran after it; whether it took all of this back was not looked at since.`,
            ),
          ]),
    ],
  });
}
