import { doesNotApply, type Judged, notTested } from "./judged.js";
import { withoutCeph } from "./looked/ceph.js";
import type { AcceptanceTest, OfFile } from "./test.js";

interface Untested {
  readonly name: string;
  readonly title: string;
  readonly why: (file: OfFile) => Judged;
}

/** What belongs to an acceptance and what this version has no test of. It is listed with the reason, and never as passed. */
const UNTESTED: readonly Untested[] = [
  {
    name: "gpus",
    title: "Graphics processors are as many as the file counts",
    why: ({ spec }) =>
      Object.keys(spec.gpus).length === 0
        ? doesNotApply("the file has no graphics processors")
        : notTested("nothing in this version applies `gpus`"),
  },
  {
    name: "mounts",
    title: "File systems of others are mounted, also after a restart",
    why: ({ spec }) =>
      Object.keys(spec.mounts?.weka ?? {}).length === 0
        ? doesNotApply("the file has no `mounts`")
        : notTested("nothing in this version applies `mounts`"),
  },
  {
    name: "osd-failover",
    title: "Ceph serves while an OSD or a host of OSDs is away",
    why: (file) =>
      withoutCeph(file) ?? notTested("nothing in this version stops an OSD on purpose"),
  },
  {
    name: "monitor-failover",
    title: "Ceph serves while a monitor is away",
    why: (file) =>
      withoutCeph(file) ?? notTested("nothing in this version stops a monitor on purpose"),
  },
  {
    name: "ceph-throughput",
    title: "Throughput and operations a second of Ceph's pools",
    why: (file) =>
      withoutCeph(file) ?? notTested("nothing in this version loads a pool that guests use"),
  },
];

export const untested: readonly AcceptanceTest[] = UNTESTED.map(({ name, title, why }) => ({
  name,
  title,
  precondition: "",
  action: "",
  measure: "",
  threshold: "",
  wayBack: "",
  isDestructive: false,
  without: why,
  perform: async ({ material }) => why(material),
}));
