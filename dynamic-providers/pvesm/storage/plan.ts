import { Failure } from "../../../config/failure/failure.js";
import { consentTo } from "../../../config/plan/consents.js";
import { isOfCeph } from "../../../config/plan/storage-kinds.js";
import type { Change } from "../../kit/change.js";
import {
  type KeptSecret,
  optionChanges,
  otherPlace,
  type StorageFacts,
  type StorageWish,
} from "../definition.js";
import type { StorageInputs } from "./schema.js";

export type StorageStep =
  | { readonly do: "add" }
  | { readonly do: "remove" }
  | { readonly do: "set"; readonly key: string; readonly value: string | undefined }
  | { readonly do: "password" }
  | { readonly do: "key" };

export function wishOf(state: StorageInputs): StorageWish {
  return {
    id: state.storage,
    type: state.type,
    fixed: state.fixed,
    options: {
      ...state.options,
      ...(state.nodes === undefined ? {} : { nodes: state.nodes.join(",") }),
    },
  };
}

/** What has to happen to the definition. Other keys than the wanted ones belong to others and stay, `nodes` apart. */
export function planStorage(
  wanted: StorageInputs | undefined,
  facts: StorageFacts,
  before: StorageInputs | undefined,
): Change<StorageStep>[] {
  const { found } = facts;
  if (wanted === undefined) {
    // That of a pool or a file system stays where they stay, and goes by consent (`pveceph/retired-pools`).
    return found === undefined || (before !== undefined && isOfCeph(before.type))
      ? []
      : [
          {
            kind: "remove",
            path: "storage",
            from: "defined",
            to: "absent",
            step: { do: "remove" },
          },
        ];
  }
  if (found === undefined) {
    return [
      { kind: "add", path: "storage", from: "absent", to: wanted.place, step: { do: "add" } },
    ];
  }
  return [
    ...planDefinition(wishOf(wanted), found, before === undefined ? {} : wishOf(before).options),
    ...secretChange("password", wanted.password !== undefined, facts.password, { do: "password" }),
    ...secretChange("encryption key", wanted.encryptionKey !== undefined, facts.encryptionKey, {
      do: "key",
    }).map((change) =>
      // Backups that were written with the old key can't be read with the new one.
      change.kind === "change"
        ? { ...change, consent: consentTo.storageKey(wanted.storage) }
        : change,
    ),
  ];
}

/** What has to happen to a definition that is there. Throws where it lies at another place. */
export function planDefinition(
  wish: StorageWish,
  found: Readonly<Record<string, string>>,
  before: Readonly<Record<string, string>>,
): Change<StorageStep>[] {
  const other = otherPlace(wish, found);
  if (other.length > 0) {
    throw elsewhere(
      wish.id,
      other.map(({ key, from, to }) => `${key}: ${from ?? "absent"} -> ${to ?? "absent"}`),
    );
  }
  // A file that names no nodes means all of them.
  return optionChanges(wish.options, found, { nodes: "", ...before }).map(({ key, from, to }) => ({
    // What is absent has a meaning too: all nodes, all backups kept, in use.
    kind: to === undefined ? "remove" : "change",
    path: key,
    from: from ?? "absent",
    to: to ?? "absent",
    step: { do: "set", key, value: to },
  }));
}

function secretChange(
  path: string,
  wanted: boolean,
  kept: KeptSecret,
  step: StorageStep,
): Change<StorageStep>[] {
  if (!wanted || kept === "same" || kept === "not compared") {
    return [];
  }
  return [
    {
      kind: kept === "missing" ? "add" : "change",
      path,
      from: kept === "missing" ? "absent" : "another one",
      to: "as the stack file's reference says",
      step,
    },
  ];
}

function elsewhere(storage: string, differences: readonly string[]): Failure {
  return new Failure("refused", {
    tried: `to define storage ${storage}`,
    where: "",
    cameBack: `refused: a storage of this name is there already, at another place, which Proxmox never changes: ${differences.join("; ")}`,
    doNext:
      "Write into the stack file what is there, take another name, or remove the one that is there with `pvesm remove` once nothing lies on it.",
  });
}
