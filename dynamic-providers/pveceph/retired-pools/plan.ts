import { few } from "../../../config/findings/enumeration.js";
import { poolsOfErasure } from "../../../config/plan/ceph-erasure.js";
import { poolsOfFilesystem } from "../../../config/plan/ceph-filesystems.js";
import type { Change } from "../../kit/change.js";
import type { RetiredPool, RetiredPoolsInputs } from "./schema.js";
import type { FoundPool, FoundStorage, PoolsSight } from "./sight.js";

/** Decimal, as disks are sold. */
const size = (bytes: number): string =>
  bytes >= 1e12
    ? `${(bytes / 1e12).toFixed(1)} TB`
    : bytes >= 1e9
      ? `${(bytes / 1e9).toFixed(1)} GB`
      : `${Math.ceil(bytes / 1e6)} MB`;

/** What is still there of what is to go. */
export interface Leaving {
  readonly it: RetiredPool;
  /** Of Ceph, in the order in which they go: the one by which the others are known is the last. */
  readonly pools: readonly FoundPool[];
  readonly storages: readonly FoundStorage[];
  /** The file system itself; its pools may be left alone. */
  readonly isMounted: boolean;
}

export function planRetiredPools(
  wanted: RetiredPoolsInputs | undefined,
  sight: PoolsSight,
): Change<Leaving>[] {
  return (wanted?.pools ?? []).flatMap((it): Change<Leaving>[] => {
    const step = leavingOf(it, sight);
    return step === undefined
      ? []
      : [
          {
            kind: "remove",
            path: `${it.kind} ${it.name}`,
            from: contentOf(step, sight),
            to: "gone",
            consent: it.consent,
            step,
          },
        ];
  });
}

export function leavingOf(it: RetiredPool, sight: PoolsSight): Leaving | undefined {
  if (it.kind === "storage") {
    const storages = sight.storages.filter(({ id }) => id === it.name);
    return storages.length === 0 ? undefined : { it, pools: [], storages, isMounted: false };
  }
  const filesystem = sight.filesystems.find(({ name }) => name === it.name);
  const isMounted = it.kind === "file system" && filesystem !== undefined;
  const pools = it.kind === "pool" ? poolsOfPool(it.name, sight) : poolsOfFiles(it.name, sight);
  const storages = sight.storages.filter((storage) => isOn(storage, it, pools, sight));
  return isMounted || pools.length > 0 ? { it, pools, storages, isMounted } : undefined;
}

function poolsOfPool(name: string, { pools }: PoolsSight): FoundPool[] {
  const plain = pools.filter((pool) => pool.name === name);
  const parts = poolsOfErasure(name);
  const data = pools.filter((pool) => pool.name === parts.data && pool.type === "erasure");
  if (plain.length > 0 || data.length === 0) {
    return plain;
  }
  return [...pools.filter((pool) => pool.name === parts.metadata), ...data];
}

/** Those that Proxmox made for it, as long as no other file system has them. Others that were added to it stay. */
function poolsOfFiles(name: string, { pools, filesystems }: PoolsSight): FoundPool[] {
  const names: readonly string[] = Object.values(poolsOfFilesystem(name));
  const others = filesystems.filter((one) => one.name !== name).flatMap((one) => one.pools);
  return pools.filter(
    (pool) => names.includes(pool.name) && pool.isForFiles && !others.includes(pool.id),
  );
}

function isOn(
  storage: FoundStorage,
  it: RetiredPool,
  pools: readonly FoundPool[],
  { filesystems }: PoolsSight,
): boolean {
  if (it.kind === "file system") {
    return (
      storage.on === "file system" &&
      (storage.name === it.name || (storage.name === undefined && filesystems.length <= 1))
    );
  }
  return storage.on === "pool" && pools.some(({ name }) => name === storage.name);
}

function contentOf({ it, pools, storages }: Leaving, { holdings }: PoolsSight): string {
  if (it.kind === "storage") {
    return storages.map((one) => `${onOf(one)} with ${heldBy(one, holdings)}`).join(", ");
  }
  const bytes = pools.reduce((sum, { storedBytes }) => sum + storedBytes, 0);
  const objects = pools.reduce((sum, { objects: own }) => sum + own, 0);
  const files = storages.reduce((sum, { id }) => sum + (holdings.get(id)?.volumes.length ?? 0), 0);
  const more = [
    ...(it.kind === "file system" && files > 0 ? [`${files} of them volumes of Proxmox`] : []),
    ...(storages.length > 0 ? [`storage ${storages.map(({ id }) => id).join(", ")}`] : []),
  ];
  return [`${size(bytes)} in ${objects} objects`, ...more].join(", ");
}

const onOf = ({ on, name }: FoundStorage): string =>
  `on the ${on}${name === undefined ? "" : ` ${name}`}`;

/** What stays where it is, and what nobody sees in Proxmox any more. */
function heldBy({ id }: FoundStorage, holdings: PoolsSight["holdings"]): string {
  const { volumes = [], unseen = [] } = holdings.get(id) ?? {};
  return unseen.length > 0
    ? `what could not be seen (${unseen.join("; ")})`
    : `${volumes.length === 0 ? "no volume" : `${volumes.length} of its volumes`} on it`;
}

/** Why it must stay now, in words; undefined when it may go. No consent overrides any of it. */
export function against(leaving: Leaving, sight: PoolsSight, nodes: readonly string[]): string[] {
  const { it, pools, storages } = leaving;
  const ids = storages.map(({ id }) => id);
  const guests = ids.flatMap((id) => sight.holdings.get(id)?.guests ?? []);
  return [
    ...(guests.length > 0 ? [`guests use ${ids.join(", ")}: ${someOf(guests)}`] : []),
    ...(it.kind === "pool" ? againstPool(leaving, sight) : []),
    ...(it.kind === "file system" ? againstFiles(leaving, sight, nodes) : []),
    ...pools.flatMap(({ name, images }) =>
      images.length === 0 ? [] : [`${name} holds images or parts of them: ${someOf(images)}`],
    ),
  ];
}

function againstPool({ pools }: Leaving, { filesystems, storages }: PoolsSight): string[] {
  const names = pools.map(({ name }) => name);
  return [
    ...pools.flatMap(({ id, name }) =>
      filesystems
        .filter((one) => one.pools.includes(id))
        .map((one) => `${name} is a part of the file system ${one.name}`),
    ),
    ...storages.flatMap(({ id, name, dataPool }) =>
      dataPool !== undefined && names.includes(dataPool) && !names.includes(name ?? "")
        ? [`${dataPool} has the data of storage ${id}, whose images are in ${name}`]
        : [],
    ),
  ];
}

function againstFiles(
  { it }: Leaving,
  { clients, filesystems, storages }: PoolsSight,
  nodes: readonly string[],
): string[] {
  const strangers = (clients[it.name] ?? []).filter((one) => !nodes.includes(one));
  const unclear = storages.filter(({ on, name }) => on === "file system" && name === undefined);
  return [
    ...(strangers.length > 0 ? [`it is open on ${someOf([...new Set(strangers)])}`] : []),
    ...(unclear.length > 0 && filesystems.length > 1
      ? [
          `storage ${unclear.map(({ id }) => id).join(", ")} does not say which file system it is on`,
        ]
      : []),
  ];
}

const MOST_NAMED = 5;
const someOf = (all: readonly string[]): string => few(all, MOST_NAMED);
