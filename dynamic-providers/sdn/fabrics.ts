/** A fabric as the stack file wants it, in the words of Proxmox's API. */
export interface Fabric {
  readonly id: string;
  readonly protocol: "openfabric" | "ospf";
  readonly options: Readonly<Record<string, string>>;
  readonly nodes: readonly FabricNode[];
}

export interface FabricNode {
  readonly node: string;
  readonly ip?: string | undefined;
  readonly ip6?: string | undefined;
  readonly interfaces: readonly string[];
}

/** What is configured, and what every node was last told to run. */
export interface FabricFacts {
  readonly configured: readonly Fabric[];
  readonly running: readonly Fabric[];
}

/** One call of the API, in order. */
export type FabricStep =
  | { readonly call: "create-fabric" | "set-fabric"; readonly fabric: Fabric }
  | { readonly call: "delete-fabric"; readonly id: string }
  | {
      readonly call: "create-node" | "set-node";
      readonly fabric: Fabric;
      readonly node: FabricNode;
    }
  | { readonly call: "delete-node"; readonly id: string; readonly node: string }
  | { readonly call: "apply" };

export interface FabricChange {
  readonly kind: "add" | "change" | "remove";
  readonly path: string;
  readonly from: string;
  readonly to: string;
  readonly step: FabricStep;
}

/** What has to happen to one fabric; others are nobody's business here. */
export function planFabric(
  id: string,
  wanted: Fabric | undefined,
  { configured, running }: FabricFacts,
): FabricChange[] {
  const now = configured.find((one) => one.id === id);
  const applied = running.find((one) => one.id === id);
  const edits = wanted === undefined ? removal(now) : editsOf(wanted, now);
  const isApplied = edits.length === 0 && same(now, applied);
  return isApplied
    ? []
    : [
        ...edits,
        {
          kind: "add",
          path: "applied",
          from: applied === undefined ? "not running" : "another state is running",
          to: wanted === undefined ? "gone from all nodes" : "running on all nodes",
          step: { call: "apply" },
        },
      ];
}

/** Deleting a fabric takes its nodes along. */
function removal(now: Fabric | undefined): FabricChange[] {
  return now === undefined
    ? []
    : [
        {
          kind: "remove",
          path: "fabric",
          from: fabricText(now),
          to: "absent",
          step: { call: "delete-fabric", id: now.id },
        },
      ];
}

function editsOf(wanted: Fabric, now: Fabric | undefined): FabricChange[] {
  const fabric: FabricChange[] =
    now === undefined
      ? [
          {
            kind: "add",
            path: "fabric",
            from: "absent",
            to: fabricText(wanted),
            step: { call: "create-fabric", fabric: wanted },
          },
        ]
      : fabricText(now) === fabricText(wanted)
        ? []
        : [
            {
              kind: "change",
              path: "fabric",
              from: fabricText(now),
              to: fabricText(wanted),
              step: { call: "set-fabric", fabric: wanted },
            },
          ];
  const extra = (now?.nodes ?? []).filter(({ node }) =>
    wanted.nodes.every((one) => one.node !== node),
  );
  return [
    ...fabric,
    ...extra.map(
      ({ node }): FabricChange => ({
        kind: "remove",
        path: `nodes["${node}"]`,
        from: "in the fabric",
        to: "absent",
        step: { call: "delete-node", id: wanted.id, node },
      }),
    ),
    ...wanted.nodes.flatMap((node) => nodeEdit(wanted, node, now)),
  ];
}

function nodeEdit(fabric: Fabric, node: FabricNode, now: Fabric | undefined): FabricChange[] {
  const known = now?.nodes.find((one) => one.node === node.node);
  const path = `nodes["${node.node}"]`;
  if (known === undefined) {
    const step: FabricStep = { call: "create-node", fabric, node };
    return [{ kind: "add", path, from: "absent", to: nodeText(node), step }];
  }
  const step: FabricStep = { call: "set-node", fabric, node };
  return nodeText(known) === nodeText(node)
    ? []
    : [{ kind: "change", path, from: nodeText(known), to: nodeText(node), step }];
}

function same(a: Fabric | undefined, b: Fabric | undefined): boolean {
  const whole = (fabric: Fabric | undefined): string =>
    fabric === undefined
      ? ""
      : [
          fabricText(fabric),
          ...fabric.nodes.map((one) => `${one.node} ${nodeText(one)}`).sort(),
        ].join("\n");
  return whole(a) === whole(b);
}

function fabricText({ protocol, options }: Fabric): string {
  const pairs = Object.entries(options).map(([key, value]) => `${key}=${value}`);
  return [protocol, ...pairs.sort()].join(" ");
}

function nodeText({ ip, ip6, interfaces }: FabricNode): string {
  const sorted = interfaces.map((one) => one.split(",").sort().join(",")).sort();
  return [ip, ip6, ...sorted].filter((part) => part !== undefined).join(" ");
}
