import type { Command as Verb } from "commander";
import { describe, expect, it } from "vitest";
import { createProgram } from "../../../../automation/program.js";
import { TOPICS } from "../../../../automation/runbook/names.js";
import type { Command, Step } from "../../../../automation/runbook/page.js";
import { pageOf, pageWithoutFile } from "../../../../automation/runbook/runbook.js";
import { sceneOfFile } from "../../../../automation/runbook/scene.js";
import { useOf } from "../../../../automation/use/use.js";
import { STACKS } from "../../config/plan/stacks.js";
import { planOf, sights } from "./sights.js";

const scenes = [
  ...Object.values(sights),
  ...STACKS.map((stack) => sceneOfFile(stack, planOf(stack), "no host was asked")),
];
const steps: readonly Step[] = [
  ...scenes.flatMap((scene) => TOPICS.flatMap((topic) => pageOf(topic, scene).steps)),
  ...pageWithoutFile("frege").steps,
];
const commands = steps.flatMap(({ command }) => command ?? []);
const all = [...new Map(commands.map((one) => [one.line, one])).values()];

/** With words in its blanks that could stand there. */
const filled = ({ line, blanks }: Command): string =>
  blanks.reduce((text, { name, oneOf }) => text.replaceAll(`<${name}>`, oneOf?.[0] ?? "7"), line);

/** What the program of another does: everything that a page may print is one of these. */
const READS = [
  /^pvecm status$/,
  /^corosync-(cfgtool -n|qdevice-tool -s)$/,
  /^ceph (--connect-timeout \d+ -s|health detail|osd tree|osd df tree|df|balancer status)$/,
  /^ceph pg (dump_stuck [a-z ]+|\S+ query)$/,
  /^ha-manager (status|config)$/,
  /^pvesm (status|list \S+)( --(content|storage) \S+)?$/,
  /^(qm|pct) list$/,
  /^systemctl (status|list-units --all) --no-pager /,
  /^journalctl -u ssh -n 50 --no-pager$/,
  /^ls \/etc\/pve\/nodes\/\S+ \/etc\/pve\/nodes\/\S+$/,
  /^grep -rn -- \S+ \/etc\/pve\/nodes$/,
  /^cat \/etc\/(pve\/(corosync|ceph)\.conf|pve\/storage\.cfg|network\/interfaces)$/,
  /^lsblk -o [A-Z,]+$/,
  /^npm run --silent setup -- --env$/,
  /^npx proxmox-ha (status|preview|validate|whatif|runbook) /,
  /^npx proxmox-ha (fence \S+ status|drill \S+ verify)$/,
];
const CHANGES = [
  /^pvecm expected \d+$/,
  /^ceph (pg repair \S+|osd set-full-ratio 0\.9[57])$/,
  /^ha-manager crm-command migrate (vm|ct):\d+ \S+$|^ha-manager crm-command migrate 7 \S+$/,
  /^ha-manager set \S+ --state (disabled|started)$/,
  /^pvesm free \S+$/,
  /^(qm|pct) (start|stop|migrate|resize|restore) /,
  /^(qmrestore|vzdump) /,
  /^systemctl (restart|disable --now) /,
  /^mv \/etc\/pve\/nodes\/\S+\.conf \/etc\/pve\/nodes\/\S+\/$/,
  /^npm run setup$/,
  /^pulumi (state unprotect --all|destroy) --stack \S+$/,
  /^npx proxmox-ha (up|answer|maintenance) /,
  /^npx proxmox-ha (fence \S+ (on|confirm-off) \S+|drill \S+ restore)$/,
];
/** Of what changes: begun anew by the next run, or taken back by a step of the same page. */
const HARMLESS =
  /^(npm run setup|qm start|ceph osd set-full-ratio 0\.95|ha-manager set \S+ --state started|npx proxmox-ha (answer|fence \S+ on|maintenance \S+ off))/;

/** The verb that a line of ours calls, by the command line's own definitions; nothing runs. */
function called(words: readonly string[]): {
  readonly verb: Verb;
  readonly values: readonly string[];
} {
  const program = createProgram("0");
  let found: { verb: Verb; values: readonly string[] } | undefined;
  for (const verb of program.commands) {
    verb.action(() => {
      found = { verb, values: verb.args };
    });
    verb.exitOverride().configureOutput({ writeErr: () => undefined });
  }
  program.exitOverride().parse([...words], { from: "user" });
  if (found === undefined) {
    throw new Error(`no verb is called by ${words.join(" ")}`);
  }
  return found;
}

describe("each command of a runbook", () => {
  it("is one of those that there are, and does what its mark says", () => {
    expect(all.length).toBeGreaterThan(60);
    const unknown = all.filter(
      (one) => !(one.effect === "reads" ? READS : CHANGES).some((known) => known.test(filled(one))),
    );
    expect(unknown.map(({ effect, line }) => `${effect}: ${line}`)).toEqual([]);
  });

  it("says what it destroys and what to look at before, unless nothing can be lost by it", () => {
    const silent = steps.filter(
      ({ command, destroys }) =>
        command?.effect === "changes" && destroys === undefined && !HARMLESS.test(command.line),
    );
    expect([...new Set(silent.map(({ command }) => command?.line))]).toEqual([]);
    const reading = steps.filter(
      ({ command, destroys }) => command?.effect === "reads" && destroys !== undefined,
    );
    expect(reading).toEqual([]);
  });

  it("changes something on one machine at a time, but for fencers that are let go", () => {
    const everywhere = steps.flatMap(({ command, where }) =>
      command?.effect === "changes" && where.at === "nodes" && where.nodes.length > 1
        ? [command.line]
        : [],
    );
    expect([...new Set(everywhere)]).toEqual([
      expect.stringContaining("systemctl disable --now proxmox-ha-fencer"),
    ]);
  });

  it("of this program is taken by its verb, with words that the verb knows", () => {
    const ours = all.filter(({ line }) => line.startsWith("npx proxmox-ha "));
    expect(ours.length).toBeGreaterThan(20);
    for (const one of ours) {
      const words = filled(one).split(" ").slice(2);
      const { verb, values } = called(words);
      expect(verb.name()).toBe(words[0]);
      const choices = useOf(verb)?.choices ?? {};
      for (const [at, argument] of verb.registeredArguments.entries()) {
        const known = choices[argument.name()];
        const value = values[at];
        if (known !== undefined && value !== undefined) {
          expect(known, one.line).toContain(value);
        }
      }
    }
  });

  it("names in words what belongs into each of its blanks", () => {
    for (const { line, blanks } of all) {
      expect([...line.matchAll(/<([a-z-]+)>/g)].map(([, name]) => name).toSorted()).toEqual(
        expect.arrayContaining(blanks.map(({ name }) => name).toSorted()),
      );
      expect(new Set(line.match(/<[a-z-]+>/g) ?? []).size, line).toBe(blanks.length);
      for (const { from } of blanks) {
        expect(from).not.toBe("");
      }
    }
  });
});
