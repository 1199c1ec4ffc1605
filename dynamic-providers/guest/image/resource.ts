import { defineResource } from "../../kit/define-resource.js";
import { imageInputs, imageOutputs } from "./schema.js";

/** A file on a storage, downloaded once. */
export class DownloadedImage extends defineResource("guest/image", imageInputs, imageOutputs) {}
