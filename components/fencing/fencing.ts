import * as pulumi from "@pulumi/pulumi";
import type { FencePair, FencePlan } from "../../config/plan/fence.js";
import { Component } from "../kit/component.js";

export interface FencingArgs {
  readonly fencing: FencePlan;
}

/** How a silent node is switched off: its watchdog always, its power controller where it has one. */
export class Fencing extends Component {
  readonly watchdogs: pulumi.Output<Record<string, string>>;
  /** For each node, who can switch it off and how. */
  readonly matrix: pulumi.Output<Record<string, string[]>>;
  readonly watchdogOnly: pulumi.Output<string[]>;

  constructor(name: string, args: FencingArgs, opts?: pulumi.ComponentResourceOptions) {
    const { fencing } = args;
    super("fencing", "Fencing", name, { power: fencing.power, timing: fencing.timing }, opts);
    this.watchdogs = pulumi.output({ ...fencing.watchdogs });
    this.matrix = pulumi.output(matrixText(fencing.matrix));
    this.watchdogOnly = pulumi.output([...fencing.watchdogOnly]);
    this.registerOutputs({
      watchdogs: this.watchdogs,
      matrix: this.matrix,
      watchdogOnly: this.watchdogOnly,
    });
  }
}

function matrixText(matrix: readonly FencePair[]): Record<string, string[]> {
  const byTarget: Record<string, string[]> = {};
  for (const pair of matrix) {
    const through = pair.path.kind === "none" ? "no way" : pair.path.network;
    const line = `${pair.by} by ${pair.device} through ${through}`;
    byTarget[pair.target] = [...(byTarget[pair.target] ?? []), line];
  }
  return byTarget;
}
