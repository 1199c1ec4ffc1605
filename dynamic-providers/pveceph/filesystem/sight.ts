import { z } from "zod";
import { get } from "../../transport/pvesh/calls.js";
import { apiPath } from "../../transport/pvesh/endpoints.js";
import { filesystemPool } from "./plan.js";

/** All pools, with what a file system wants to know of its own. */
export const filesystemPoolsOn = (node: string) =>
  get(apiPath("get", `/nodes/${node}/ceph/pool`), z.array(filesystemPool));
