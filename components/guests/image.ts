import type * as pulumi from "@pulumi/pulumi";
import type { ConnectionPlan } from "../../config/plan/connections.js";
import type { ImagePlan } from "../../config/plan/images.js";
import { DownloadedImage } from "../../dynamic-providers/guest/image/resource.js";
import { Component } from "../kit/component.js";

interface ImageArgs {
  readonly cluster: string;
  readonly image: ImagePlan;
  readonly connection: ConnectionPlan;
  readonly adopt: boolean;
}

/** An image on one of its storages. */
export class Image extends Component {
  constructor(name: string, args: ImageArgs, opts?: pulumi.ComponentResourceOptions) {
    super("guests", "Image", name, { image: args.image.name }, opts);
    const { image, ...site } = args;
    const { storage, content, file, url, algorithm, checksum } = image;
    new DownloadedImage(
      this.child("file"),
      { ...site, name: image.name, storage, content, file, url, algorithm, checksum },
      { parent: this },
    );
    this.registerOutputs({});
  }
}
