import { Failure } from "../../config/failure/failure.js";
import { reasons } from "../health/condition.js";
import { linksUp, quorum, version } from "../health/member.js";
import {
  type CorosyncConf,
  parseCorosyncConf,
  renderCorosyncConf,
} from "../membership/corosync-conf.js";
import type { MembershipFacts } from "../membership/facts.js";
import { observe } from "../membership/observe.js";
import { type Clock, expectSuccess, type HostShell } from "../shell/shell.js";
import { until } from "../shell/until.js";
import { look } from "../transport/ssh/look.js";
import { applyLinkStep, type LinkStep, planLinks, type WantedLinks } from "./link-change.js";
import { RELOAD_STATUS_SCRIPT, replaceConfScript } from "./scripts.js";

export interface LinkPolicy {
  /** How long the members may take to follow one step. */
  readonly deadlineMs: number;
  readonly clock: Clock;
}

/** Brings the links of a formed cluster to the wish, one step at a time, and undoes the step that a node rejects. */
export async function changeLinks(
  wanted: WantedLinks,
  shells: readonly HostShell[],
  policy: LinkPolicy,
): Promise<readonly string[]> {
  const [writer] = shells;
  if (writer === undefined) {
    return [];
  }
  const done: string[] = [];
  for (;;) {
    const conf = await readConf(writer);
    const plan = planLinks(conf, wanted);
    if (plan.kind === "same") {
      return done;
    }
    if (plan.kind === "refuse") {
      throw new Failure("refused", {
        tried: "changing the links of the cluster",
        where: writer.node,
        cameBack: plan.why,
        doNext: "Correct the stack file, then run `pulumi up` again; nothing was changed.",
      });
    }
    const [step] = plan.steps;
    if (step === undefined) {
      return done;
    }
    await requireHealthy(shells, step, policy);
    await takeStep(step, conf, wanted, writer, shells, policy);
    done.push(describeStep(step));
  }
}

async function takeStep(
  step: LinkStep,
  conf: CorosyncConf,
  wanted: WantedLinks,
  writer: HostShell,
  shells: readonly HostShell[],
  policy: LinkPolicy,
): Promise<void> {
  const next = applyLinkStep(conf, step, wanted);
  await write(next, conf.configVersion, writer, describeStep(step));
  const followed = await until(
    () => Promise.all(shells.map((shell) => followerState(shell))),
    (states) => states.every((state) => objections(state, next).length === 0),
    { deadlineMs: policy.deadlineMs, everyMs: 1_000, clock: policy.clock },
  );
  if (followed.ok) {
    return;
  }
  const said = followed.last.flatMap((state) => objections(state, next));
  // The old content under a new version; the rejected one has already raised the number everywhere.
  const latest = await readConf(writer);
  await write(
    { ...conf, configVersion: latest.configVersion + 1 },
    latest.configVersion,
    writer,
    `undo: ${describeStep(step)}`,
  );
  throw new Failure("failed", {
    tried: describeStep(step),
    where: writer.node,
    cameBack: `not every member followed within ${Math.round(policy.deadlineMs / 1000)} s: ${said.join("; ")}`,
    doNext:
      "The step was undone and the cluster runs as before. Check the addresses of this link on the named nodes, then run `pulumi up` again.",
  });
}

/** A step is only taken while every member is quorate and every link that exists is connected. */
async function requireHealthy(
  shells: readonly HostShell[],
  step: LinkStep,
  policy: LinkPolicy,
): Promise<void> {
  // The link that goes away may be the broken one; that is often why it goes.
  const leaving = step.kind === "remove-link" ? { leaving: step.link } : {};
  const complaintsOfAll = async (): Promise<readonly string[]> => {
    const all = await Promise.all(shells.map((shell) => observe(shell, [])));
    return reasons(
      all.flatMap((facts) => [
        quorum(facts.hostName, facts),
        linksUp(facts.hostName, facts, leaving),
      ]),
    );
  };
  // A link that the step before has added shows at once and connects some seconds later.
  const waited = await until(complaintsOfAll, (found) => found.length === 0, {
    deadlineMs: policy.deadlineMs,
    everyMs: 1_000,
    clock: policy.clock,
  });
  const wrong = waited.last;
  if (!waited.ok) {
    throw new Failure("refused", {
      tried: describeStep(step),
      where: shells[0]?.node ?? "the cluster",
      cameBack: wrong.join("; "),
      doNext:
        "Links are changed only while all the others work. Mend these first, then run `pulumi up` again.",
    });
  }
}

interface FollowerState {
  readonly facts: MembershipFacts;
  readonly reloadRejected: boolean;
}

async function followerState(shell: HostShell): Promise<FollowerState> {
  const [facts, status] = await Promise.all([
    observe(shell, []),
    look(shell, {
      script: RELOAD_STATUS_SCRIPT,
      timeoutMs: 20_000,
      verb: "read corosync's reload status",
    }),
  ]);
  return { facts, reloadRejected: /reload_status.*=\s*7\b/.test(status) };
}

function objections({ facts, reloadRejected }: FollowerState, wanted: CorosyncConf): string[] {
  const node = facts.hostName;
  return [
    ...(reloadRejected ? [`${node} rejected the new configuration`] : []),
    ...reasons([
      version(node, facts, wanted.configVersion),
      quorum(node, facts),
      linksUp(node, facts),
    ]),
  ];
}

async function readConf(writer: HostShell): Promise<CorosyncConf> {
  const facts = await observe(writer, []);
  const conf = parseCorosyncConf(facts.confText);
  if (conf === undefined) {
    throw new Failure("failed", {
      tried: "reading the cluster's corosync.conf",
      where: writer.node,
      cameBack: "there is none, or it cannot be read",
      doNext: "Check `pvecm status` on the node.",
    });
  }
  return conf;
}

async function write(
  conf: CorosyncConf,
  expectedVersion: number,
  writer: HostShell,
  verb: string,
): Promise<void> {
  const result = await writer.run(replaceConfScript(renderCorosyncConf(conf), expectedVersion), {
    timeoutMs: 60_000,
    repeatable: false,
    verb,
  });
  expectSuccess(result, { tried: verb, node: writer.node, doNext: "Run `pulumi up` again." });
}

/** One step in words, for the log and for errors. */
export function describeStep(step: LinkStep): string {
  switch (step.kind) {
    case "remove-link":
      return `removing link ${step.link} (${step.why})`;
    case "add-link":
      return `adding link ${step.link}`;
    case "set-priorities":
      return `setting link priorities ${Object.entries(step.priorities)
        .map(([link, priority]) => `${link}=${priority}`)
        .join(", ")}`;
    case "set-totem":
      return `setting ${Object.entries(step.totem)
        .map(([key, value]) => `${key}=${value}`)
        .join(", ")}`;
  }
}
