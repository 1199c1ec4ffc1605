import { defineResource } from "../../kit/define-resource.js";
import { vmInputs, vmOutputs } from "./schema.js";

/** A virtual machine, wherever in the cluster it runs. */
export class VirtualMachine extends defineResource("guest/vm", vmInputs, vmOutputs) {}
