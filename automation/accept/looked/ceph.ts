import { type CephView, cephIsSound } from "../../status/ceph-view.js";
import { doesNotApply, type Figure, type Judged, judged, notTested } from "../judged.js";
import { type AcceptanceTest, LOOKS_ALONE, type OfFile } from "../test.js";

/** Why Ceph is no matter here. */
export function withoutCeph({ plan }: OfFile): Judged | undefined {
  if (plan.ceph === undefined) {
    return doesNotApply("the file has no Ceph");
  }
  return plan.ceph.withheld.length === 0
    ? undefined
    : notTested("this version does not make the Ceph of the file");
}

export const ceph: AcceptanceTest = {
  ...LOOKS_ALONE,
  name: "ceph",
  title: "Ceph serves, with everything that the file wants",
  measure: "what Ceph says of monitors, OSDs and placement groups",
  threshold: "every monitor in the quorum, every OSD up and in, every placement group clean",
  without: withoutCeph,
  perform: async ({ material }) => judgeCeph(material.look.view.ceph),
};

export function judgeCeph(view: CephView | undefined): Judged {
  if (view === undefined || view.state !== "told") {
    return judged([], [`Ceph told nothing (${view?.state ?? "not asked"})`]);
  }
  const { health, monitors, osds } = view;
  const figures: Figure[] = [
    ...(health === undefined ? [] : [{ what: "health", value: health }]),
    ...(monitors === undefined
      ? []
      : [
          {
            what: "monitors in the quorum",
            value: String(monitors.inQuorum.length),
            limit: `all ${monitors.inQuorum.length + monitors.missing.length}`,
          },
        ]),
    ...(osds === undefined
      ? []
      : [{ what: "OSDs up and in", value: `${osds.up} and ${osds.in}`, limit: `all ${osds.all}` }]),
  ];
  const wrong = view.lacks.length > 0 || cephIsSound(view) ? view.lacks : view.warnings;
  return judged(figures, wrong);
}
