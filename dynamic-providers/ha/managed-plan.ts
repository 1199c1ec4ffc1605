import type { Change } from "../kit/change.js";
import { command, raw, sh } from "../transport/ssh/quoting.js";
import type { GuestsInputs, ResourceWish, RuleWish } from "./guests/schema.js";
import type { FoundResource, FoundRule, ManagedFacts } from "./managed-facts.js";

/** One call of `ha-manager`. */
export interface ManagedStep {
  readonly command: string;
  /** Rules between guests are refused for some seconds until the HA manager has counted its nodes. */
  readonly needsManager: boolean;
}
type ManagedChange = Change<ManagedStep>;
type Wish = Pick<GuestsInputs, "resources" | "rules">;

/** Guests of the wish that HA cannot take, because they do not exist. */
export function waitingGuests(wish: Wish, guests: readonly string[]): string[] {
  return wish.resources.map(({ sid }) => sid).filter((sid) => !guests.includes(sid));
}

/**
 * What has to be told to HA about the guests that exist; the others wait. Rules hold only guests under HA, and what
 * people added to a rule by hand stays in it.
 */
export function planManaged(
  wanted: Wish | undefined,
  facts: ManagedFacts,
  before: Wish | undefined,
): ManagedChange[] {
  const resources = (wanted?.resources ?? []).filter(({ sid }) => facts.guests.includes(sid));
  const known = new Set(resources.map(({ sid }) => sid));
  const rules = (wanted?.rules ?? []).flatMap((rule) => effective(rule, known));
  const goneRules = (before?.rules ?? []).filter(
    ({ name }) => facts.rules[name] !== undefined && !rules.some((one) => one.name === name),
  );
  const gone = (before?.resources ?? []).filter(
    ({ sid }) =>
      facts.resources[sid] !== undefined && !wanted?.resources.some((one) => one.sid === sid),
  );
  return [
    ...goneRules.map(({ name }) => removal(`rules[${name}]`, ["rules", "remove", name])),
    ...gone.map(({ sid }) => removal(`guests[${sid}]`, ["remove", sid])),
    ...resources.flatMap((one) => resourceChange(one, facts.resources[one.sid], before)),
    ...rules
      .sort((a, b) => Number(a.type !== "node-affinity") - Number(b.type !== "node-affinity"))
      .flatMap((rule) => ruleChange(rule, facts.rules[rule.name], before)),
  ];
}

function effective(rule: RuleWish, known: ReadonlySet<string>): RuleWish[] {
  const resources = rule.resources.filter((sid) => known.has(sid));
  return resources.length < (rule.type === "node-affinity" ? 1 : 2) ? [] : [{ ...rule, resources }];
}

function removal(path: string, args: readonly string[]): ManagedChange {
  const step = { command: command("ha-manager", ...args), needsManager: false };
  return { kind: "remove", path, from: "under HA", to: "absent", step };
}

function resourceChange(
  wanted: ResourceWish,
  found: FoundResource | undefined,
  before: Wish | undefined,
): ManagedChange[] {
  const { sid, state, maxRestart, maxRelocate, failback, group } = wanted;
  const path = `guests[${sid}]`;
  const args = [
    "--state",
    state,
    "--max_restart",
    String(maxRestart),
    "--max_relocate",
    String(maxRelocate),
    ...(failback === undefined ? [] : ["--failback", failback ? "1" : "0"]),
    ...(group === undefined ? [] : ["--group", group]),
  ];
  if (found === undefined) {
    const step = { command: command("ha-manager", "add", sid, ...args), needsManager: false };
    return [{ kind: "add", path, from: "absent", to: `under HA, ${state}`, step }];
  }
  const oldGroup = before?.resources.find((one) => one.sid === sid)?.group;
  const leaves = group === undefined && oldGroup !== undefined && found.group === oldGroup;
  const differs = [
    ...difference("state", found.state, state),
    ...difference("max_restart", found.maxRestart, maxRestart),
    ...difference("max_relocate", found.maxRelocate, maxRelocate),
    ...(failback === undefined ? [] : difference("failback", found.failback, failback)),
    ...(group === undefined ? [] : difference("group", found.group ?? "none", group)),
    ...(leaves ? difference("group", oldGroup, "none") : []),
  ];
  return changeOf(path, differs, {
    command: command("ha-manager", "set", sid, ...args, ...(leaves ? ["--delete", "group"] : [])),
    needsManager: false,
  });
}

function ruleChange(
  wanted: RuleWish,
  found: FoundRule | undefined,
  before: Wish | undefined,
): ManagedChange[] {
  const path = `rules[${wanted.name}]`;
  const needsManager = wanted.type === "resource-affinity";
  const ownArguments = ruleArguments(wanted, wanted.resources);
  const added = command("ha-manager", "rules", "add", wanted.type, wanted.name, ...ownArguments);
  if (found === undefined) {
    const step = { command: added, needsManager };
    return [{ kind: "add", path, from: "absent", to: ruleText(wanted), step }];
  }
  if (found.type !== wanted.type) {
    const replaced = sh`${raw(command("ha-manager", "rules", "remove", wanted.name))} && ${raw(added)}`;
    return changeOf(path, [{ from: found.type, to: ruleText(wanted) }], {
      command: replaced,
      needsManager,
    });
  }
  const own = before?.rules.find(({ name }) => name === wanted.name)?.resources ?? [];
  const others = found.resources.filter(
    (sid) => !own.includes(sid) && !wanted.resources.includes(sid),
  );
  const members = [...wanted.resources, ...others];
  const differs = [
    ...difference("guests", [...found.resources].sort().join(","), [...members].sort().join(",")),
    ...difference("enabled", !found.disabled, true),
    ...(wanted.type === "node-affinity"
      ? [
          ...difference("nodes", nodesText(found.nodes), nodesText(wanted.nodes)),
          ...difference("strict", found.strict, wanted.strict),
          ...difference("comment", found.comment ?? "", wanted.comment ?? found.comment ?? ""),
        ]
      : difference("affinity", found.affinity ?? "", wanted.affinity)),
  ];
  const args = ["rules", "set", wanted.type, wanted.name, ...ruleArguments(wanted, members)];
  const step = {
    command: command("ha-manager", ...args, ...(found.disabled ? ["--delete", "disable"] : [])),
    needsManager,
  };
  // A guest that joins a rule tramples nobody.
  const onlyJoins =
    differs.length === 1 &&
    found.resources.every((sid) => members.includes(sid)) &&
    members.length > found.resources.length;
  return changeOf(path, differs, step, onlyJoins ? "add" : "change");
}

function ruleArguments(rule: RuleWish, members: readonly string[]): string[] {
  const resources = ["--resources", members.join(",")];
  return rule.type === "node-affinity"
    ? [
        ...resources,
        "--nodes",
        nodesText(rule.nodes),
        "--strict",
        rule.strict ? "1" : "0",
        ...(rule.comment === undefined ? [] : ["--comment", rule.comment]),
      ]
    : [...resources, "--affinity", rule.affinity];
}

function ruleText(rule: RuleWish): string {
  const guests = rule.resources.join(", ");
  return rule.type === "node-affinity"
    ? `${guests} on ${nodesText(rule.nodes)}${rule.strict ? " and nowhere else" : ""}`
    : `${guests} ${rule.affinity === "positive" ? "together" : "apart"}`;
}

function nodesText(nodes: Readonly<Record<string, number>>): string {
  return Object.entries(nodes)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([node, priority]) => `${node}:${priority}`)
    .join(",");
}

interface Difference {
  readonly from: string;
  readonly to: string;
}

function difference<T extends string | number | boolean>(
  what: string,
  from: T,
  to: T,
): Difference[] {
  return from === to ? [] : [{ from: `${what} ${from}`, to: `${what} ${to}` }];
}

function changeOf(
  path: string,
  differs: readonly Difference[],
  step: ManagedStep,
  kind: "add" | "change" = "change",
): ManagedChange[] {
  return differs.length === 0
    ? []
    : [
        {
          kind,
          path,
          from: differs.map(({ from }) => from).join(", "),
          to: differs.map(({ to }) => to).join(", "),
          step,
        },
      ];
}
