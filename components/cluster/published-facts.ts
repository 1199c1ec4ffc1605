import * as pulumi from "@pulumi/pulumi";
import type { ClusterPlan } from "../../config/plan/index.js";
import type { PublishedFact } from "../../config/plan/published.js";
import { Component } from "../kit/component.js";
import type { CorosyncCluster } from "./corosync-cluster.js";

type AwsSdk = Awaited<ReturnType<typeof loadAws>>;
type SsmSpec = NonNullable<ClusterPlan["parameterStore"]>;

/** What only the built cluster knows, by path below the prefix. */
type MeasuredFacts = Readonly<Record<string, pulumi.Input<string>>>;

interface PublishedFactsArgs {
  readonly ssm: SsmSpec;
  readonly planned: readonly PublishedFact[];
  readonly measured: MeasuredFacts;
}

/** The limit of a parameter of the free tier. */
const LARGEST_VALUE_BYTES = 4_096;

/** What the cluster tells others, as parameters below the stack's prefix. Never a secret: whoever reads the prefix reads these. */
class PublishedFacts extends Component {
  constructor(
    name: string,
    args: PublishedFactsArgs,
    aws: AwsSdk,
    opts?: pulumi.ComponentResourceOptions,
  ) {
    const { ssm, planned, measured } = args;
    super("cluster", "PublishedFacts", name, { prefix: ssm.prefix }, opts);
    const provider = new aws.Provider(this.child("aws"), providerArgs(ssm), { parent: this });
    const declare = (path: string, type: string, value: pulumi.Input<string>): void => {
      new aws.Parameter(
        this.child(path.replaceAll("/", "-")),
        {
          name: `${ssm.prefix}/${path}`,
          type,
          // `value` would be encrypted in the state and hidden in the preview, and there is nothing to hide.
          insecureValue: pulumi.output(value).apply((text) => withinLimits(path, text)),
          overwrite: true,
        },
        { parent: this, provider },
      );
    };
    for (const { path, type, value } of planned) {
      declare(path, type, value);
    }
    for (const [path, value] of Object.entries(measured)) {
      declare(path, "String", value);
    }
    this.registerOutputs({});
  }
}

/** A ring and what is known of it. */
interface RingMap {
  readonly network: string;
  readonly map: object;
}

/** The facts of the cluster and its rings that people and programs look for first. */
function measuredFacts(cluster: CorosyncCluster, rings: readonly RingMap[]): MeasuredFacts {
  const maps = Object.fromEntries(rings.map(({ network, map }) => [network, map]));
  return {
    "cluster/endpoint": cluster.endpoint,
    "cluster/join_address": cluster.facts.joinAddress,
    "cluster/fingerprint": cluster.facts.fingerprint,
    "cluster/fingerprints": pulumi.jsonStringify(cluster.facts.fingerprints),
    "cluster/versions": pulumi.jsonStringify(cluster.facts.versions),
    "cluster/links": pulumi.jsonStringify(cluster.facts.links),
    "cluster/corosync_conf": cluster.facts.corosyncConf,
    ...(rings.length === 0 ? {} : { "cluster/rings": pulumi.jsonStringify(maps) }),
  };
}

/** Declares them when the stack says so. Only then the SDK of AWS is loaded. */
export async function publishFacts(
  { parameterStore: ssm, published: planned }: ClusterPlan,
  cluster: CorosyncCluster,
  rings: readonly RingMap[],
  opts: pulumi.ComponentResourceOptions,
): Promise<void> {
  if (ssm?.publish !== true) {
    return;
  }
  const measured = measuredFacts(cluster, rings);
  new PublishedFacts("published", { ssm, planned, measured }, await loadAws(), opts);
}

async function loadAws() {
  const [{ Provider }, { Parameter }] = await Promise.all([
    import("@pulumi/aws/provider.js"),
    import("@pulumi/aws/ssm/parameter.js"),
  ]);
  return { Provider, Parameter };
}

function providerArgs({ region, profile, role, endpoint }: SsmSpec) {
  // The environment wins, so that a rehearsal can put its own server in the place of AWS.
  const other = process.env.AWS_ENDPOINT_URL_SSM ?? endpoint;
  return {
    region,
    ...(profile === undefined ? {} : { profile }),
    ...(role === undefined ? {} : { assumeRoles: [{ roleArn: role, sessionName: "proxmox-ha" }] }),
    // Another server than AWS knows neither its accounts nor its metadata.
    ...(other === undefined
      ? {}
      : {
          endpoints: [{ ssm: other }],
          skipCredentialsValidation: true,
          skipRequestingAccountId: true,
          skipMetadataApiCheck: true,
        }),
  };
}

function withinLimits(path: string, value: string): string {
  const bytes = Buffer.byteLength(value);
  if (value === "" || bytes > LARGEST_VALUE_BYTES || value.includes("{{")) {
    const why = value === "" ? "is empty" : `has ${bytes} bytes or contains "{{"`;
    throw new pulumi.RunError(
      `The fact ${path} can't be published: its value ${why}, and the parameter store takes 1 to ${LARGEST_VALUE_BYTES} bytes without "{{". ` +
        "Set `secrets.ssm.publish` to false until that is mended.",
    );
  }
  return value;
}
