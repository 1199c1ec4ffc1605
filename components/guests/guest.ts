import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { GuestPlan } from "../../config/plan/guest-words.js";
import { Container } from "../../dynamic-providers/guest/container/resource.js";
import { VirtualMachine } from "../../dynamic-providers/guest/vm/resource.js";
import { Component } from "../kit/component.js";

interface GuestArgs {
  readonly cluster: string;
  readonly guest: GuestPlan;
  /** A member that is told. */
  readonly connection: ConnectionPlan;
  readonly members: Readonly<Record<string, ConnectionPlan>>;
  readonly moveDeadlineMs: number;
  readonly consentDays: Readonly<Record<string, string>>;
  readonly adopt: boolean;
}

/** A guest of the file. It is called by its id, which stays when its name in the file changes. */
export class Guest extends Component {
  readonly made: pulumi.Resource;
  readonly sid: pulumi.Output<string>;
  /** Its name in the file. */
  readonly title: string;

  constructor(name: string, args: GuestArgs, opts?: pulumi.ComponentResourceOptions) {
    super("guests", "Guest", name, { guest: args.guest.name }, opts);
    const { guest, consentDays, ...site } = args;
    const { kind, sid: _sid, id: vmid, images: _images, ...wish } = guest;
    const { restart } = guest.consents;
    const last = consentDays[restart];
    const consent: Record<string, string> = last === undefined ? {} : { [restart]: last };
    const inputs = { ...site, ...wish, vmid, consent };
    const made =
      kind === "vm"
        ? new VirtualMachine(this.child("machine"), { ...inputs, kind }, { parent: this })
        : new Container(this.child("container"), { ...inputs, kind }, { parent: this });
    this.made = made;
    this.title = guest.name;
    this.sid = made.sid;
    this.registerOutputs({ sid: this.sid });
  }
}
