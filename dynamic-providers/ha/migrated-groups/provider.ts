import { Failure } from "../../../config/failure/failure.js";
import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import type { Context } from "../../kit/runtime.js";
import { expectSuccess } from "../../shell/shell.js";
import { until } from "../../shell/until.js";
import { GROUPS_PENDING, RULES } from "../managed-facts.js";
import {
  dropScript,
  type MigrationFacts,
  type MigrationStep,
  planMigration,
} from "../migration.js";
import { HA_COMMAND_MS, readHa } from "../read-ha.js";
import {
  type MigratedGroupsInputs,
  migratedGroupsInputs,
  migratedGroupsOutputs,
} from "./schema.js";

/** Proxmox tries about once a minute, as soon as every node runs 9 and its local manager is active or idle. */
const CONVERSION_MS = 240_000;

/** After the upgrade from 8 to 9: Proxmox's own conversion of groups is awaited and makes room for our rules. */
export const migratedGroups = defineProvider<
  MigratedGroupsInputs,
  MigratedGroupsInputs,
  MigrationFacts,
  MigrationStep
>({
  kind: "ha/migrated-groups",
  schemaVersion: 1,
  inputs: migratedGroupsInputs,
  state: migratedGroupsInputs,
  identity: ["cluster"],
  deadlineMs: 360_000,
  subject: ({ cluster }) => `HA groups of cluster ${cluster} turned into rules`,
  id: ({ cluster }) => `${cluster}/migrated-groups`,
  remember: (inputs) => inputs,
  observe: (state, context, inputs) => observe(state, context, inputs === undefined),
  plan: (wanted, facts) =>
    (wanted === undefined ? [] : planMigration(wanted.placements, facts)).map((step) => ({
      // The rule that takes its place says the same, so nothing of anybody's is lost.
      kind: "add",
      path: step.kind === "wait" ? "groups" : `rules[${JSON.stringify(step.rule)}]`,
      from: step.kind === "wait" ? "groups" : "the automatic rule",
      to: step.kind === "wait" ? "rules" : "the program's own rule",
      step,
    })),
  apply: async (_changes, state, context) => {
    const facts = await converted(state, context);
    const rules = planMigration(state.placements, facts).flatMap((step) =>
      step.kind === "drop-rule" ? [step.rule] : [],
    );
    if (rules.length > 0) {
      await drop(rules, state, context);
    }
  },
  outputs: told(migratedGroupsOutputs, (facts) => ({ rules: facts.rules })),
});

async function observe(
  state: MigratedGroupsInputs,
  context: Context,
  refresh: boolean,
): Promise<MigrationFacts> {
  const said = await readHa(context.host(state.connection), 9, refresh);
  return {
    groupsPending: said.of(GROUPS_PENDING),
    rules: said.of(RULES).map(({ rule }) => rule),
  };
}

/** The facts once Proxmox has converted its groups by itself. */
async function converted(state: MigratedGroupsInputs, context: Context): Promise<MigrationFacts> {
  const { ok, last, waitedMs } = await until(
    () => observe(state, context, false),
    (facts) => !facts.groupsPending,
    { deadlineMs: CONVERSION_MS, everyMs: 5_000, clock: context.clock },
  );
  if (!ok) {
    throw new Failure("failed", {
      tried: "waiting for Proxmox to turn HA groups into rules",
      where: state.connection.node,
      cameBack: `groups are still there after ${Math.round(waitedMs / 1_000)} s`,
      doNext:
        "It happens once every node runs Proxmox VE 9 and is online: look at `ha-manager status`, then repeat.",
    });
  }
  return last;
}

async function drop(
  rules: readonly string[],
  state: MigratedGroupsInputs,
  context: Context,
): Promise<void> {
  const host = context.host(state.connection);
  const result = await host.run(dropScript(rules), {
    timeoutMs: HA_COMMAND_MS,
    repeatable: true,
    verb: "make room for the program's HA rules",
  });
  expectSuccess(result, {
    tried: `removing the automatic HA rules ${rules.join(", ")}`,
    node: host.node,
    doNext: "Mend what is named, then run `pulumi up` again.",
  });
}
