import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { VmPlan } from "../../config/plan/guests.js";
import { VirtualMachine } from "../../dynamic-providers/guest/vm/resource.js";
import { Component } from "../kit/component.js";

interface GuestArgs {
  readonly cluster: string;
  readonly vm: VmPlan;
  /** A member that is told. */
  readonly connection: ConnectionPlan;
  readonly consentDays: Readonly<Record<string, string>>;
  readonly adopt: boolean;
}

/** A guest of the file. It is called by its id, which stays when its name in the file changes. */
export class Guest extends Component {
  readonly machine: pulumi.Resource;
  readonly sid: pulumi.Output<string>;
  /** Its name in the file. */
  readonly title: string;

  constructor(name: string, args: GuestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("guests", "Guest", name, { guest: args.vm.name }, opts);
    const { vm, consentDays, ...site } = args;
    const { sid: _sid, id: vmid, ...wish } = vm;
    const { restart } = vm.consents;
    const last = consentDays[restart];
    const machine = new VirtualMachine(
      this.child("machine"),
      { ...site, ...wish, vmid, consent: last === undefined ? {} : { [restart]: last } },
      { parent: this },
    );
    this.machine = machine;
    this.title = vm.name;
    this.sid = machine.sid;
    this.registerOutputs({ sid: this.sid });
  }
}
