/** What `ceph status -f json` says, as far as the program reads it, of three hosts with two OSDs each where all is well. */
export const HEALTHY_CEPH = {
  health: { status: "HEALTH_OK", checks: {} },
  quorum_names: ["adele", "berta", "clara"],
  osdmap: { num_osds: 6, num_up_osds: 6, num_in_osds: 6 },
  pgmap: {
    pgs_by_state: [{ state_name: "active+clean", count: 49 }],
    bytes_used: 12e9,
    bytes_total: 120e9,
  },
};
