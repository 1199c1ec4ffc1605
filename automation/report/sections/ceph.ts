import { cephRows } from "../../status/ceph-view.js";
import { type Html, html } from "../html.js";
import type { Material } from "../material.js";
import { badge, bullets, note, sectionHtml, type Tone, table } from "../parts.js";
import { seenByCluster } from "../sight.js";

export function ceph(material: Material): Html | undefined {
  const { plan, look } = material;
  const view = look.view.ceph;
  if (plan.ceph === undefined) {
    return undefined;
  }
  const told = cephRows(view).filter(
    ([what]) => what !== "lacks" && what !== "warns" && what !== "health",
  );
  return sectionHtml({
    id: "ceph",
    title: "Ceph",
    seen: seenByCluster(material),
    body:
      view === undefined
        ? note(`This program makes no Ceph of the stack file: ${plan.ceph.withheld.join("; ")}`)
        : [
            html`<p>${badge(toneOf(view.state, view.health), wordOf(view.state, view.health))}</p>`,
            table({ label: "Ceph", head: ["What", "As it said"], rows: told }),
            bullets(
              view.lacks.map((line) => badge(view.state === "told" ? "bad" : "unseen", line)),
            ),
            bullets(view.warnings.map((line) => badge("warn", line))),
          ],
  });
}

function toneOf(state: string, health = ""): Tone {
  if (state !== "told") {
    return state === "unknown" ? "unseen" : "warn";
  }
  return health === "HEALTH_OK" ? "good" : health === "HEALTH_ERR" ? "bad" : "warn";
}

const wordOf = (state: string, health = ""): string =>
  state === "told" ? health : state === "unknown" ? "not seen" : "not made yet";
