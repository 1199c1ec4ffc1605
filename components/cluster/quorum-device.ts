import type * as pulumi from "@pulumi/pulumi";
import type { QDeviceConnectionPlan } from "../../config/plan/connections.js";
import { consentTo } from "../../config/plan/consents.js";
import type { QuorumPlan } from "../../config/plan/corosync.js";
import { QDevice } from "../../dynamic-providers/pvecm/qdevice/resource.js";
import { QDevicePause } from "../../dynamic-providers/pvecm/qdevice-pause/resource.js";
import type { MemberWish } from "./cluster-members.js";

interface QuorumDeviceArgs {
  readonly cluster: string;
  readonly members: readonly MemberWish[];
  readonly quorum: QuorumPlan;
  readonly qdeviceConnection?: QDeviceConnectionPlan;
  readonly consentDays: Readonly<Record<string, string>>;
  readonly adopt: boolean;
  readonly deadlines: { readonly quorum: number };
}

/**
 * The QDevice at its two places in the order of things: out of the way before nodes join, and set up behind links and
 * members. Without one in the file it only goes, and only by consent.
 */
export class QuorumDevice {
  constructor(private readonly args: QuorumDeviceArgs) {}

  pause(name: string, opts: pulumi.CustomResourceOptions): readonly pulumi.Resource[] {
    const { cluster, members, quorum, consentDays, deadlines, adopt } = this.args;
    const day = consentDays[consentTo.qdevice];
    const wanted = quorum.qdevice !== undefined;
    if (!wanted && day === undefined) {
      return [];
    }
    return [
      new QDevicePause(
        name,
        {
          cluster,
          members: members.map(({ member }) => member),
          wanted,
          voteDeadlineMs: deadlines.quorum,
          adopt,
          consent: day === undefined || wanted ? {} : { [consentTo.qdevice]: day },
        },
        opts,
      ),
    ];
  }

  vote(name: string, opts: pulumi.CustomResourceOptions): readonly pulumi.Resource[] {
    const { cluster, members, quorum, qdeviceConnection, deadlines, adopt } = this.args;
    if (quorum.qdevice === undefined || qdeviceConnection === undefined) {
      return [];
    }
    return [
      new QDevice(
        name,
        {
          cluster,
          members: members.map(({ member }) => member),
          connection: qdeviceConnection,
          votes: quorum.qdevice.votes,
          voteDeadlineMs: deadlines.quorum,
          adopt,
        },
        // Leaving it out of the file is refused, or its going is the pause's work by consent.
        { ...opts, retainOnDelete: true },
      ),
    ];
  }
}
