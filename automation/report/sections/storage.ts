import { usedBy } from "../../../config/plan/storage.js";
import { storageFacts } from "../../../config/plan/storage-kinds.js";
import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { badge, note, sectionHtml, table } from "../parts.js";
import { seenByLook } from "../sight.js";

export function storage(material: Material): Html {
  const { plan, look } = material;
  return sectionHtml({
    id: "storage",
    title: "Storage",
    seen: seenByLook(material),
    body:
      table({
        label: "Storages by node",
        head: ["Storage", "Kind", "Holds", ...plan.nodes.map(({ name }) => name)],
        rows: plan.storages.map((one) => [
          one.id,
          storageFacts(one).shown,
          one.content.join(", "),
          ...plan.nodes.map(({ name }) =>
            usedBy(one, name)
              ? stateOn(look.view.storages.find((seen) => seen.storage === one.id)?.states[name])
              : html`<span class="muted">not for it</span>`,
          ),
        ]),
      }) ?? note("The stack file has no storage."),
  });
}

/** In Proxmox's word, or why there is none. */
function stateOn(state: string | undefined): Html {
  if (state === undefined) {
    return badge("unseen", "not seen");
  }
  const untold = /^(not asked|did not tell|unknown)/.test(state);
  return badge(state === "active" ? "good" : untold ? "unseen" : "bad", state);
}
