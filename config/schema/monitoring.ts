import { z } from "zod";
import { field } from "./field.js";
import { hostOrIp, secretRef, storageId } from "./primitives.js";
import { duration } from "./units.js";

const monitoringContainer = z.strictObject({
  id: field(z.int().min(100), "Guest id of the container.", 900),
  address: field(hostOrIp, "Its address.", "10.30.0.90"),
});

export const monitoring = z.strictObject({
  retention: field(duration.prefault("30d"), "How long metrics are kept.", "30d"),
  storage: field(storageId.optional(), "Storage of the monitoring containers.", "rbd-containers"),
  interval: field(duration.prefault("15s"), "Scrape interval.", "15s"),
  prometheus: field(monitoringContainer.optional(), "Container with Prometheus.", {
    id: 900,
    address: "10.30.0.90",
  }),
  grafana: field(monitoringContainer.optional(), "Container with Grafana.", {
    id: 901,
    address: "10.30.0.91",
  }),
  defender: field(
    z
      .strictObject({
        workspaceId: field(secretRef, "Workspace.", {
          ssm: "/pve1/monitoring/defender_xdr/workspace_id",
        }),
        tenantId: field(secretRef, "Tenant.", { ssm: "/pve1/monitoring/defender_xdr/tenant_id" }),
        clientSecret: field(secretRef, "Client secret.", {
          ssm: "/pve1/monitoring/defender_xdr/client_secret",
        }),
      })
      .optional(),
    "Microsoft Defender onboarding.",
  ),
});
