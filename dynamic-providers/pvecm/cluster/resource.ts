import { defineResource } from "../../kit/define-resource.js";
import { clusterInputs, clusterOutputs } from "./schema.js";

/** The cluster, founded on its first node. */
export class Cluster extends defineResource("pvecm/cluster", clusterInputs, clusterOutputs) {}
