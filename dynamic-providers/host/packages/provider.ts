import { defineProvider } from "../../kit/define-provider.js";
import { told } from "../../kit/outputs.js";
import {
  installPackages,
  missingPackages,
  observePackages,
  type PackageState,
} from "../packages.js";
import { type PackagesInputs, packagesInputs, packagesOutputs } from "./schema.js";

export const hostPackages = defineProvider<PackagesInputs, PackagesInputs, PackageState, string>({
  kind: "host/packages",
  schemaVersion: 1,
  inputs: packagesInputs,
  state: packagesInputs,
  identity: [],
  deadlineMs: 1_800_000,
  subject: (state) => `packages on ${state.connection.node}`,
  id: (inputs) => `${inputs.connection.node}/packages`,
  remember: (inputs) => inputs,
  observe: (state, context) => observePackages(state.packages, context.host(state.connection)),
  plan: (wanted, facts) =>
    // A package left out of the file stays: something else may have come to need it.
    wanted === undefined
      ? []
      : missingPackages(wanted.packages, wanted.pins, facts).map((name) => ({
          kind: "add",
          path: `packages["${name}"]`,
          from: facts.installed[name] ?? "absent",
          to: wanted.pins[name] ?? "installed",
          step: name,
        })),
  async apply(changes, state, context) {
    const host = context.host(state.connection);
    const names = changes.map(({ step }) => step);
    await installPackages(names, state.pins, host, {
      deadlineMs: state.installDeadlineMs,
      clock: context.clock,
    });
    host.forget();
  },
  outputs: told(packagesOutputs, (facts) => ({ versions: facts.installed })),
});
