import { Provider } from "@muhlba91/pulumi-proxmoxve";
import * as pulumi from "@pulumi/pulumi";
import type { CorosyncPlan } from "../config/plan/corosync.js";
import type { NodePlan } from "../config/plan/nodes.js";
import type { TokenPlan } from "../config/plan/privileges.js";
import { Component } from "./component.js";

export interface CorosyncClusterArgs {
  /** In the order of joining; the first one founds the cluster. */
  readonly nodes: readonly NodePlan[];
  readonly corosync: CorosyncPlan;
  /** The account that the program's own provider uses, with its least rights. */
  readonly token: TokenPlan;
}

const API_PORT = 8006;

/** The cluster itself: founded by the first node, joined by the others one at a time, with its links and votes. */
export class CorosyncCluster extends Component {
  readonly endpoint: pulumi.Output<string>;
  /** `user@realm!name=value`. */
  readonly apiToken: pulumi.Output<string>;
  readonly links: pulumi.Output<string[]>;
  readonly quorum: pulumi.Output<{ readonly expectedVotes: number; readonly quorum: number }>;
  /** Bound to the founder's API and the program's token; everything native hangs on it. */
  readonly provider: Provider;

  constructor(name: string, args: CorosyncClusterArgs, opts?: pulumi.ComponentResourceOptions) {
    const { corosync, token, nodes } = args;
    const { expectedVotes, quorum } = corosync.quorum;
    super("cluster", "CorosyncCluster", name, { expectedVotes, quorum }, opts);
    this.endpoint = pulumi.output(endpointOf(nodes));
    this.apiToken = apiTokenOf(token);
    this.links = pulumi.output(
      corosync.links.map((link) => `${link.number}: ${link.network}, priority ${link.priority}`),
    );
    this.quorum = pulumi.output({ expectedVotes, quorum });
    this.provider = new Provider(
      this.child("api"),
      {
        endpoint: this.endpoint,
        apiToken: this.apiToken,
        // The certificate is signed by the cluster's own authority, which no machine trusts and which this
        // provider can't pin.
        insecure: true,
      },
      // Losing the provider loses nothing; only what it made is worth protecting.
      { parent: this, protect: false },
    );
    this.registerOutputs({
      endpoint: this.endpoint,
      apiToken: this.apiToken,
      links: this.links,
      quorum: this.quorum,
    });
  }
}

function endpointOf(nodes: readonly NodePlan[]): string {
  const address = nodes[0]?.address ?? "";
  return `https://${address.includes(":") ? `[${address}]` : address}:${API_PORT}/`;
}

/** A token made by hand, named in the stack's encrypted config; without one nothing native can be applied. */
function apiTokenOf(token: TokenPlan): pulumi.Output<string> {
  const given = new pulumi.Config().getSecret("apiToken");
  if (given !== undefined) {
    return given;
  }
  if (pulumi.runtime.isDryRun()) {
    return pulumi.secret(pulumi.output(pulumi.unknown).apply(() => ""));
  }
  throw new pulumi.RunError(
    `No API token for ${token.user}. Make the user with role ${token.role} and a token on the first node, then ` +
      "give it with: pulumi config set --secret proxmox-ha:apiToken 'user@realm!name=value'",
  );
}
