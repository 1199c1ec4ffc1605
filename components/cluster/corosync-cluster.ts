import { Provider } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan, QDeviceConnectionPlan } from "../../config/plan/connections.js";
import { consentedNode, consentsOfLeaving } from "../../config/plan/consents.js";
import type { CorosyncPlan } from "../../config/plan/corosync.js";
import type { FencePlan } from "../../config/plan/fence.js";
import type { ClusterNodePlan } from "../../config/plan/index.js";
import type { TokenPlan } from "../../config/plan/privileges.js";
import { Cluster } from "../../dynamic-providers/pvecm/cluster/resource.js";
import { Links } from "../../dynamic-providers/pvecm/links/resource.js";
import { Member } from "../../dynamic-providers/pvecm/member/resource.js";
import { Removal } from "../../dynamic-providers/pvecm/removal/resource.js";
import { Token } from "../../dynamic-providers/pveum/token/resource.js";
import { Component } from "../kit/component.js";
import { endpointOf, liveEndpoint } from "./api-endpoint.js";
import { type ClusterFacts, clusterFacts } from "./cluster-facts.js";
import { clusterMembers, type MemberWish, totemOf } from "./cluster-members.js";
import { QuorumDevice } from "./quorum-device.js";

export interface CorosyncClusterArgs {
  /** In the order of joining; the first one founds the cluster. */
  readonly nodes: readonly ClusterNodePlan[];
  readonly corosync: CorosyncPlan;
  /** Where the file has a QDevice. */
  readonly qdeviceConnection?: QDeviceConnectionPlan;
  /** The account that the program's own provider uses, with its least rights. */
  readonly token: TokenPlan;
  readonly adopt: boolean;
  readonly consentDays: Readonly<Record<string, string>>;
  /** The power devices of nodes. */
  readonly fencing: Pick<FencePlan, "used">;
  readonly deadlines: { readonly join: number; readonly quorum: number };
}

/** Tickets and certificates of a joining node fail when clocks are further apart. */
const CLOCK_TOLERANCE_MS = 2_000;

/** The cluster itself: founded by one node, joined by the others one at a time, with its links and votes. */
export class CorosyncCluster extends Component {
  readonly endpoint: pulumi.Output<string>;
  readonly links: pulumi.Output<string[]>;
  /** What further nodes and other programs have to know. */
  readonly facts: ClusterFacts;
  readonly quorum: pulumi.Output<{ readonly expectedVotes: number; readonly quorum: number }>;
  /** Bound to a living member's API and the program's token; everything native hangs on it. */
  readonly provider: Provider;
  /** How the founder is reached; what concerns the cluster as a whole is done there. */
  readonly founder: ConnectionPlan;
  readonly #name: string;
  readonly #args: CorosyncClusterArgs;

  constructor(name: string, args: CorosyncClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { corosync } = args;
    const { expectedVotes, quorum } = corosync.quorum;
    super("cluster", "CorosyncCluster", name, { expectedVotes, quorum }, opts);
    this.#name = name;
    this.#args = args;
    const [founder, ...joiners] = clusterMembers(args.nodes);
    if (founder === undefined) {
      throw new Error("a cluster needs a node that founds it");
    }
    this.founder = founder.member.connection;
    const founded = this.declareFounding(founder, joiners);
    // Before joins and links: both count on members that are there.
    const removals = this.declareRemovals(founder, founded);
    const device = new QuorumDevice({
      ...args,
      cluster: name,
      members: [founder, ...joiners],
      quorum: corosync.quorum,
    });
    const before = [founded, ...removals];
    const pause = device.pause(this.child("qdevice-pause"), this.behind(before));
    const members = this.declareMembers(founder, joiners, [...before, ...pause]);
    const last = Object.values(members).at(-1);
    const links = this.declareLinks([founder, ...joiners], [last ?? founded]);
    device.vote(this.child("qdevice"), this.behind([links]));
    this.endpoint = pulumi.output(endpointOf(founder.address));
    this.facts = clusterFacts(
      corosync,
      { node: founder.member.node, address: founder.address },
      { [founder.member.node]: founded, ...members },
      links,
    );
    this.provider = this.declareProvider(founder, links);
    this.links = pulumi.output(
      corosync.links.map((link) => `${link.number}: ${link.network}, priority ${link.priority}`),
    );
    this.quorum = pulumi.output({ expectedVotes, quorum });
    this.registerOutputs({ endpoint: this.endpoint, links: this.links, quorum: this.quorum });
  }

  private declareFounding(founder: MemberWish, others: readonly MemberWish[]): Cluster {
    const { adopt, corosync, deadlines } = this.#args;
    return new Cluster(
      this.child("founded"),
      {
        cluster: this.#name,
        founder: founder.member,
        others: others.map(({ member }) => member),
        address: founder.address,
        nodeid: founder.id,
        ...(corosync.tokenCoefficientMs === undefined
          ? {}
          : { tokenCoefficient: corosync.tokenCoefficientMs }),
        quorumDeadlineMs: deadlines.quorum,
        adopt,
      },
      { parent: this },
    );
  }

  private behind(resources: readonly pulumi.Resource[]): pulumi.CustomResourceOptions {
    return { parent: this, dependsOn: [...resources], protect: false };
  }

  /** One after the other: a second join is refused while the first one runs. */
  private declareMembers(
    founder: MemberWish,
    joiners: readonly MemberWish[],
    first: readonly pulumi.Resource[],
  ): Readonly<Record<string, Member>> {
    const { adopt, corosync, deadlines } = this.#args;
    const cluster = this.#name;
    const members: Record<string, Member> = {};
    let previous = first;
    joiners.forEach((joiner, index) => {
      const before = [founder, ...joiners.slice(0, index)];
      const member = new Member(
        this.child(joiner.member.node),
        {
          cluster,
          joiner: joiner.member,
          address: joiner.address,
          nodeid: joiner.id,
          peerAddress: founder.address,
          members: before.map(({ member }) => member),
          udpPort: corosync.links[0]?.udpPort ?? 5405,
          clockToleranceMs: CLOCK_TOLERANCE_MS,
          joinDeadlineMs: deadlines.join,
          adopt,
          declared: this.#args.fencing.used.some(({ node }) => node === joiner.member.node),
          consent: this.consentsOf(joiner.member.node),
        },
        // Leaving a node out of the file only forgets it; going needs a consent of its own.
        { parent: this, dependsOn: [...previous], protect: false, retainOnDelete: true },
      );
      members[joiner.member.node] = member;
      previous = [member];
    });
    return members;
  }

  private declareLinks(members: readonly MemberWish[], formed: readonly pulumi.Resource[]): Links {
    return new Links(
      this.child("links"),
      {
        cluster: this.#name,
        members: members.map(({ member }) => member),
        prioritiesNamed: this.#args.corosync.prioritiesNamed,
        totem: totemOf(this.#args.corosync),
        stepDeadlineMs: this.#args.deadlines.quorum,
        adopt: this.#args.adopt,
      },
      { parent: this, dependsOn: [...formed], protect: false },
    );
  }

  /** Nodes that the file no longer has and whose going it consents to. */
  private declareRemovals(founder: MemberWish, founded: Cluster): readonly Removal[] {
    const { consentDays, deadlines, nodes } = this.#args;
    return Object.keys(consentDays).flatMap((what) => {
      const node = consentedNode(what);
      return node === undefined || nodes.some(({ name }) => name === node)
        ? []
        : [
            new Removal(
              this.child(`without-${node}`),
              {
                cluster: this.#name,
                node,
                peer: founder.member,
                deadlineMs: deadlines.quorum,
                consent: this.consentsOf(node),
              },
              { parent: this, dependsOn: [founded], protect: false, retainOnDelete: true },
            ),
          ];
    });
  }

  /** Whether the machine which was a member under this name may leave, and how it gets off. */
  private consentsOf(node: string): Readonly<Record<string, string>> {
    const { consentDays } = this.#args;
    return Object.fromEntries(
      consentsOfLeaving(node).flatMap((what) =>
        consentDays[what] === undefined ? [] : [[what, consentDays[what]]],
      ),
    );
  }

  private declareProvider(founder: MemberWish, links: Links): Provider {
    const { token } = this.#args;
    const account = new Token(
      this.child("account"),
      {
        connection: founder.member.connection,
        user: token.user,
        token: token.tokenName,
        role: token.role,
        privileges: token.privileges.map(({ privilege }) => privilege),
        rotation: token.rotation,
      },
      { parent: this, dependsOn: [links], protect: false },
    );
    return new Provider(
      this.child("api"),
      {
        endpoint: liveEndpoint(this.#args.nodes),
        apiToken: account.apiToken,
        // The certificate is signed by the cluster's own authority, which no machine trusts and which this
        // provider can't pin.
        insecure: true,
      },
      // Losing the provider loses nothing; only what it made is worth protecting.
      { parent: this, protect: false },
    );
  }
}
